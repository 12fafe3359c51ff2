/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/init.h"

#include "sys/file.h"

#include <stdlib.h>
#include <string.h>

extern const char ci_sh_txt[];
extern const char comment_sh[];
extern const char github_yml_txt[];
extern const char github_comment_yml_txt[];
extern const char github_nightly_yml_txt[];
extern const char gitlab_yml_txt[];
extern const char jenkins_groovy_txt[];
extern const char jenkins_nightly_groovy_txt[];
extern const char jenkinsfile_txt[];
extern const char azure_yml_txt[];
extern const char circleci_yml_txt[];
extern const char bitbucket_yml_txt[];
extern const char woodpecker_yml_txt[];

#define SCRIPT "@folder@/benchgate-ci.sh"
#define ADD_A_JOB(file) \
	"let a job of " file " run 'sh " SCRIPT " install' and 'sh " SCRIPT \
	" compare', with the whole history fetched"

const struct init_ci init_cis[] = {
	{ .name = "github",
		.title = "GitHub's workflows",
		.there = ".github/workflows",
		.others = { { ".github/workflows/benchgate.yml", github_yml_txt },
			{ ".github/workflows/benchgate-comment.yml", github_comment_yml_txt },
			{ ".github/workflows/benchgate-nightly.yml", github_nightly_yml_txt },
			{ "@folder@/benchgate-comment.sh", comment_sh } } },
	{ .name = "gitlab",
		.title = "GitLab CI",
		.there = ".gitlab-ci.yml",
		.taken = ".gitlab-ci.yml",
		.own = { ".gitlab-ci.yml", "include:\n  - local: @folder@/gitlab.yml\n" },
		.others = { { "@folder@/gitlab.yml", gitlab_yml_txt } },
		.wire = init_wire_gitlab,
		.advice = "include @folder@/gitlab.yml in .gitlab-ci.yml" },
	{ .name = "jenkins",
		.title = "Jenkins",
		.there = "Jenkinsfile",
		.taken = "Jenkinsfile",
		.own = { "Jenkinsfile", jenkinsfile_txt },
		.others = { { "@folder@/benchgate.groovy", jenkins_groovy_txt },
			{ "@folder@/benchgate-nightly.groovy", jenkins_nightly_groovy_txt } },
		.wire = init_wire_jenkins,
		.advice =
			"load @folder@/benchgate.groovy in a stage of the Jenkinsfile, as it says at its top" },
	{ .name = "azure",
		.title = "Azure Pipelines",
		.there = "azure-pipelines.yml",
		.taken = "azure-pipelines.yml",
		.own = { "azure-pipelines.yml", azure_yml_txt },
		.advice = ADD_A_JOB("azure-pipelines.yml") },
	{ .name = "circleci",
		.title = "CircleCI",
		.there = ".circleci",
		.taken = ".circleci/config.yml",
		.own = { ".circleci/config.yml", circleci_yml_txt },
		.advice = ADD_A_JOB(".circleci/config.yml") },
	{ .name = "bitbucket",
		.title = "Bitbucket Pipelines",
		.there = "bitbucket-pipelines.yml",
		.taken = "bitbucket-pipelines.yml",
		.own = { "bitbucket-pipelines.yml", bitbucket_yml_txt },
		.advice = ADD_A_JOB("bitbucket-pipelines.yml") },
	/* Woodpecker does not read the single file where the folder is there. */
	{ .name = "woodpecker",
		.title = "Woodpecker CI (of Forgejo, Gitea and Codeberg)",
		.there = ".woodpecker,.woodpecker.yml,.woodpecker.yaml",
		.taken = ".woodpecker.yml,.woodpecker.yaml,.woodpecker/benchgate.yml",
		.own = { ".woodpecker/benchgate.yml", woodpecker_yml_txt },
		.advice = ADD_A_JOB("the workflow") },
	{ .name = NULL },
};

/* The line of our script that says the source, with nothing in it. */
#define NO_SOURCE "source=${BENCHGATE_SOURCE:-''}\n"

bool init_lacks_source(const struct init_project *project)
{
	struct buf path = BUF_INIT;
	bool lacks;

	init_fill(project, SCRIPT, &path);
	lacks = init_has_text(path.data, NO_SOURCE);
	buf_release(&path);
	return lacks;
}

/* A script that is there, in which the source is still empty or another one. */
static int put_source(const struct init_project *project, const char *path, struct init_told *told,
	struct error *err)
{
	struct buf text = BUF_INIT, changed = BUF_INIT;
	int rc = file_read(path, INIT_MAX_BYTES, &text, err);
	const char *at = rc ? NULL : strstr(text.data, NO_SOURCE);

	if (at) {
		buf_add(&changed, text.data, (size_t)(at - text.data));
		buf_addf(&changed, "source=${BENCHGATE_SOURCE:-'%s'}\n%s", project->source,
			at + strlen(NO_SOURCE));
		rc = file_replace(path, &changed, err);
		if (!rc)
			buf_addf(&told->done,
				"changed %s: it says where benchgate comes from now\n", path);
	} else if (!rc) {
		buf_addf(&told->done, "left alone %s: it is there\n", path);
		if (!strstr(text.data, project->source))
			buf_addf(&told->left,
				"In %s: 'source' is not what --source says; change it there.\n",
				path);
	}
	buf_release(&changed);
	buf_release(&text);
	return rc;
}

int init_write_script(const struct init_project *project, struct init_told *told, struct error *err)
{
	struct buf path = BUF_INIT;
	int rc;

	init_fill(project, SCRIPT, &path);
	if (*project->source && file_is_there(path.data))
		rc = put_source(project, path.data, told, err);
	else
		rc = init_write(project, path.data, ci_sh_txt, &told->done, err);
	buf_release(&path);
	return rc;
}

/* The user's file comes to include ours, if --ci names the system. *includes: it does so now. */
static int wire_own(const struct init_project *project, const struct init_ci *ci,
	struct init_told *told, bool *includes, struct error *err)
{
	struct buf text = BUF_INIT, part = BUF_INIT, wired = BUF_INIT;
	int rc = file_read(ci->own.path, INIT_MAX_BYTES, &text, err);

	init_fill(project, ci->others[0].path, &part);
	*includes = !rc && strstr(text.data, part.data);
	if (!rc && !*includes && project->ci && ci->wire(text.data, part.data, &wired)) {
		rc = file_replace(ci->own.path, &wired, err);
		*includes = true;
		if (!rc)
			buf_addf(&told->done, "changed %s: it includes %s now\n", ci->own.path,
				part.data);
	} else if (!rc) {
		buf_addf(&told->done, "left alone %s: it is there\n", ci->own.path);
	}
	buf_release(&wired);
	buf_release(&part);
	buf_release(&text);
	return rc;
}

/* *is_done: the system finds what we wrote. */
static int write_own(const struct init_project *project, const struct init_ci *ci,
	struct init_told *told, bool *is_done, struct error *err)
{
	*is_done = true;
	if (!ci->own.path)
		return 0;
	if (!init_has_one_of(ci->taken))
		return init_write(project, ci->own.path, ci->own.text, &told->done, err);
	if (ci->wire)
		return wire_own(project, ci, told, is_done, err);
	*is_done = init_has_text(ci->own.path, "benchgate-ci.sh");
	if (file_is_there(ci->own.path))
		buf_addf(&told->done, "left alone %s: it is there\n", ci->own.path);
	return 0;
}

int init_write_ci(const struct init_project *project, const struct init_ci *ci,
	struct init_told *told, struct error *err)
{
	bool is_done;

	for (size_t i = 0; i < INIT_MAX_FILES && ci->others[i].path; i++)
		if (init_write(project, ci->others[i].path, ci->others[i].text, &told->done, err))
			return -1;
	if (write_own(project, ci, told, &is_done, err))
		return -1;
	if (!is_done) {
		buf_addf(&told->left, "For %s: ", ci->title);
		init_fill(project, ci->advice, &told->left);
		if (ci->wire && !project->ci)
			buf_addf(&told->left, " ('init --ci %s' does so)", ci->name);
		buf_adds(&told->left, ".\n");
	}
	return 0;
}
