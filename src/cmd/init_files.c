/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/init.h"

#include "sys/file.h"
#include "sys/folder.h"

#include <string.h>

extern const char policy_txt[];
extern const char first_c_txt[];
extern const char ignore_txt[];
extern const char benchgate_h[];

/* The header, where it is a copy beside the benchmarks, and where it is installed. */
#define OWN_FLAGS "-I@folder@"
#define INSTALLED "pkg-config --cflags benchgate"
#define OWN_INCLUDE "target_include_directories(first PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})"
#define INSTALLED_INCLUDE \
	"find_package(PkgConfig REQUIRED)\n" \
	"pkg_check_modules(BENCHGATE REQUIRED benchgate)\n" \
	"target_include_directories(first PRIVATE ${BENCHGATE_INCLUDE_DIRS})"

/* What a name between two @ stands for; NULL: for itself. */
static const char *value_of(const struct init_project *project, const char *name, size_t len)
{
	const struct {
		const char *name, *value;
	} known[] = {
		{ "folder", project->folder },
		{ "source", project->source },
		{ "build", project->build->command },
		{ "suite", project->build->suite },
		{ "flags", project->installed ? "$(" INSTALLED ")" : OWN_FLAGS },
		{ "make_flags", project->installed ? "$(shell " INSTALLED ")" : OWN_FLAGS },
		{ "include", project->installed ? INSTALLED_INCLUDE : OWN_INCLUDE },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i].name) == len && strncmp(known[i].name, name, len) == 0)
			return known[i].value;
	return NULL;
}

/* A value may have names in it, in turn, but the user's own. */
void init_fill(const struct init_project *project, const char *text, struct buf *out)
{
	while (*text) {
		size_t len = *text == '@' ? strcspn(text + 1, "@\n") : 0;
		const char *value = text[0] == '@' && text[len + 1] == '@'
			? value_of(project, text + 1, len)
			: NULL;

		if (value) {
			if (value == project->source)
				buf_adds(out, value);
			else
				init_fill(project, value, out);
			text += len + 2;
		} else {
			buf_addc(out, *text++);
		}
	}
}

void init_add_command(const struct init_project *project, struct buf *out)
{
	init_fill(project, project->build->command, out);
}

static int write_new(const char *path, const struct buf *content, struct error *err)
{
	struct file_new file = FILE_NEW_INIT;

	if (folder_make_parents(path, err) || file_new_open(&file, path, err))
		return -1;
	return file_new_commit(&file, content, err);
}

int init_write(const struct init_project *project, const char *path, const char *text,
	struct buf *said, struct error *err)
{
	struct buf name = BUF_INIT, content = BUF_INIT;
	int rc = 0;

	init_fill(project, path, &name);
	if (file_is_there(name.data)) {
		buf_addf(said, "left alone %s: it is there\n", name.data);
	} else {
		init_fill(project, text, &content);
		rc = write_new(name.data, &content, err);
		if (!rc)
			buf_addf(said, "wrote %s\n", name.data);
	}
	buf_release(&content);
	buf_release(&name);
	return rc;
}

int init_write_all(const struct init_project *project, struct buf *said, struct error *err)
{
	const struct init_build *build = project->build;

	if (init_write(project, "@folder@/first.c", first_c_txt, said, err))
		return -1;
	if (!project->installed &&
		init_write(project, "@folder@/benchgate.h", benchgate_h, said, err))
		return -1;
	if (init_write(project, "@folder@/.gitignore", ignore_txt, said, err))
		return -1;
	if (build->text && init_write(project, build->own, build->text, said, err))
		return -1;
	return init_write(project, "benchgate.json", policy_txt, said, err);
}
