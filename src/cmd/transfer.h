/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What push and pull share: which bucket, with whose key, and that no secret is shown. */
#ifndef CMD_TRANSFER_H
#define CMD_TRANSFER_H

#include "base/opts.h"
#include "model/run.h"
#include "notify/secrets.h"
#include "store/bucket.h"
#include "suite/revision.h"

struct transfer_options {
	const char *endpoint, *region, *credentials, *ca_file;
};

#define TRANSFER_OPTS(struct_type, field) \
	OPT_WORD(0, "endpoint", struct_type, field.endpoint, "URL", \
		"the server, of whatever speaks S3's protocol (default: Amazon's of the region)"), \
		OPT_WORD(0, "region", struct_type, field.region, "NAME", \
			"where the bucket is (default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1)"), \
		OPT_WORD(0, "credentials", struct_type, field.credentials, "FILE", \
			"aws_access_key_id, aws_secret_access_key and aws_session_token, a line each, in " \
			"a file that nobody else may read (default: the environment's " \
			"AWS_ACCESS_KEY_ID and so on)"), \
		OPT_WORD(0, "ca-file", struct_type, field.ca_file, "FILE", \
			"certificates to trust (default: the system's)")

struct transfer {
	struct bucket bucket;
	struct secrets secrets;
	struct buf text; /* for standard output: a line for each file that is done */
};

#define TRANSFER_INIT \
	{ \
		.bucket = BUCKET_INIT, .text = BUF_INIT \
	}

/* Nothing is asked yet. */
int transfer_open(struct transfer *transfer, const struct transfer_options *options,
	const char *address, struct error *err);

/* Prints what is done, hides what is secret in the error of `rc` and releases all; returns rc, or
 * -1. */
int transfer_close(struct transfer *transfer, int rc, struct error *err);

/* A result file or a baseline that we can read becomes the run. */
int transfer_read(const struct buf *content, struct run *run, bool *is_result, struct error *err);

/* Is this the file of a history, in its present version or an older one? */
int transfer_check_history(const char *path, struct error *err);
/* Appends the bytes of a copy of it, which lacks nothing that others write meanwhile. */
int transfer_copy_history(const char *path, struct buf *content, struct error *err);
/* Makes the file of such bytes; where there is a history already, it gets the runs that it lacks.
 * Appends what was done. */
int transfer_put_history(
	const struct buf *content, const char *path, struct buf *what, struct error *err);

/* The error of a name that no file of ours can have. */
int transfer_unsafe(const char *name, struct error *err);

/* The commit of that name: as git knows it, or a hash as it is. */
int transfer_commit(const char *name, struct revision *revision, struct error *err);

/* Where the runs of commits are kept: appends "runs/COMMIT", and the name of a machine's run there
 * or, with a file, that of a report on it. */
void transfer_add_run(const char *commit, const char *machine, const char *file, struct buf *out);

#endif
