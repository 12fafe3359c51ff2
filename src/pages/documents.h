/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the pages show: JSON documents (and pictures) made from a history, one a name. The static
 * site keeps each in a file, the server answers with it. Nothing is written here.
 *
 *	overview      a row for each series that is judged: state, values, change, sparkline
 *	series/N      the points of a series of that number, its changes, levels and noise
 *	series/N/MOST the same with at most MOST points: of neighbours the least, the largest, the
 *	              mean
 *	points/N-C    of that series the points from C * DOCUMENTS_POINTS on
 *	series        all series, whatever their metric
 *	runs          all runs of the history, the oldest first
 *	run/N         a run: where it was made, how to repeat it, its levels
 *	values/N      the values of a run's processes
 *	explained/N   why benchmarks of a run changed, where it keeps that
 *	profiles/...  the same as files: N.txt, N.stacks.txt, N.speedscope.json
 *	rows/N        the points of a series, each with its time, the oldest first
 *	compare/A..B  the verdict on B against A, by ids or commits (src/report/verdict.schema.json)
 *	spark/N.svg   a small picture of a series
 *	badge.svg     how many series are worse
 *	changes.atom  the newest changes as a feed
 *	changes       every step and slope of what is judged, the newest first
 *	machines      what each machine ran, its noise and its spikes
 *	gate          the gate's own record
 *	notes         what people wrote: annotations, bookmarks, states of alerts
 *	commits       what git says of the commits: author, subject
 */
#ifndef PAGES_DOCUMENTS_H
#define PAGES_DOCUMENTS_H

#include "pages/bases.h"
#include "session/settings.h"
#include "store/history.h"
#include "store/series.h"

/* Counts up whenever they say more, or otherwise. */
#define DOCUMENTS_VERSION "5"
#define DOCUMENTS_VALUES 20
#define DOCUMENTS_RUNS 2000
/* So many points a browser takes at once. */
#define DOCUMENTS_POINTS 4096

/* What documents are made of. The history is read once, when this is opened. */
struct documents {
	struct history *history;         /* borrowed */
	const struct settings *settings; /* borrowed */
	struct history_runs runs;
	struct series_list series;
	struct series_reader reader;
	struct bases bases;
	size_t nr_judged; /* series that the overview has */
	/* Newest runs of which documents_each makes the levels, and what each process measured. */
	uint64_t nr_levels, nr_values;
};

#define DOCUMENTS_INIT \
	{ \
		.reader = SERIES_READER_INIT \
	}

/* Released in any case. */
int documents_open(struct documents *documents, struct history *history,
	const struct settings *settings, struct error *err);
void documents_release(struct documents *documents);

/* Appends the document of that name; JSON is one line. ERR_NO_BASE: there is none. */
int documents_add(
	struct documents *documents, const char *name, struct buf *out, struct error *err);

/* Who takes all documents. */
struct documents_taker {
	/* Is the document of a run still to be made? It does not change but when the run is given
	 * up. */
	bool (*needs)(const char *name, const struct history_run *run, void *context);
	int (*take)(const char *name, const struct buf *document, void *context, struct error *err);
	void *context;
};

/* Makes every document but compare, levels and values of the newest runs alone; each series is read
 * once, and memory holds one at a time. A series of many points is thinned, under its own name, and
 * has them in chunks. */
int documents_each(
	struct documents *documents, const struct documents_taker *taker, struct error *err);

#endif
