/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/inputs.h"

#include "base/array.h"
#include "base/str.h"
#include "sys/file.h"

#include <string.h>

void inputs_read_release(struct inputs_read *read)
{
	for (size_t i = 0; i < read->nr; i++) {
		free(read->items[i].base);
		free(read->items[i].head);
	}
	ARRAY_RELEASE(read);
}

static bool same_content(struct inputs_read *read, const char *base, const char *head)
{
	bool same;

	for (size_t i = 0; i < read->nr; i++)
		if (strcmp(read->items[i].base, base) == 0 &&
			strcmp(read->items[i].head, head) == 0)
			return read->items[i].same;
	same = file_has_same_content(base, head);
	*ARRAY_ADD(read) = (struct inputs_pair){ str_dup(base), str_dup(head), same };
	return same;
}

/* With all numbers, which may be those of processes and threads, as '#'. */
static void add_without_numbers(const char *path, struct buf *out)
{
	while (*path) {
		size_t digits = strspn(path, "0123456789");

		buf_addc(out, digits ? '#' : *path);
		path += digits ? digits : 1;
	}
}

/* The path from the suite's folder. */
static void inputs_add_relative(const char *suite, const char *path, struct buf *out)
{
	size_t at = 0, same = 0;

	for (; path[at] && path[at] == suite[at]; at++)
		if (path[at] == '/')
			same = at + 1;
	for (const char *left = suite + same; (left = strchr(left, '/')); left++)
		buf_adds(out, "../");
	buf_adds(out, path + same);
}

static char *role_of(const struct inputs *inputs, const struct watched_file *file)
{
	const char *path = file->path;
	struct buf role = BUF_INIT;

	if (strcmp(path, inputs->suite) == 0)
		buf_adds(&role, "the suite");
	else if (file->of_kernel)
		add_without_numbers(path, &role);
	else
		inputs_add_relative(inputs->suite, path, &role);
	return buf_detach(&role);
}

/* A file of one side and its counterpart. */
struct part {
	const struct watched_file *file;
	char *role;
	struct part *other; /* of the other side; NULL: none yet */
};

struct parts {
	struct part *items;
	size_t nr, alloc;
};

static struct parts inputs_parts_of(const struct inputs *inputs)
{
	struct parts parts = { 0 };

	for (size_t i = 0; i < inputs->files->nr; i++) {
		const struct watched_file *file = &inputs->files->items[i];

		if (!file->made)
			*ARRAY_ADD(&parts) = (struct part){ file, role_of(inputs, file), NULL };
	}
	return parts;
}

static void release_parts(struct parts *parts)
{
	for (size_t i = 0; i < parts->nr; i++)
		free(parts->items[i].role);
	ARRAY_RELEASE(parts);
}

static bool same_path(const struct part *one, const struct part *other)
{
	return strcmp(one->file->path, other->file->path) == 0;
}

static bool same_role(const struct part *one, const struct part *other)
{
	return strcmp(one->role, other->role) == 0;
}

static bool inputs_same_name(const struct part *one, const struct part *other)
{
	return strcmp(str_path_name(one->file->path), str_path_name(other->file->path)) == 0;
}

typedef bool alike(const struct part *one, const struct part *other);

/* The only one that is like it and belongs to none yet. */
static struct part *only_one(const struct parts *parts, const struct part *like, alike *is_alike)
{
	struct part *found = NULL;

	for (size_t i = 0; i < parts->nr; i++) {
		if (parts->items[i].other || !is_alike(&parts->items[i], like))
			continue;
		if (found)
			return NULL;
		found = &parts->items[i];
	}
	return found;
}

static void join(struct parts *base, struct parts *head)
{
	static alike *const ways[] = { same_path, same_role, inputs_same_name };

	for (size_t way = 0; way < sizeof ways / sizeof *ways; way++)
		for (size_t i = 0; i < base->nr; i++) {
			struct part *one = &base->items[i];
			struct part *other = one->other ? NULL : only_one(head, one, ways[way]);

			if (!other || only_one(base, other, ways[way]) != one)
				continue;
			one->other = other;
			other->other = one;
		}
}

/* Its loader opens a shared object once, and a program is loaded without being opened: more is
 * reading it as data. */
static bool reads_itself(const struct inputs *inputs, const struct watched_file *suite)
{
	bool is_program = inputs->files->items == suite;

	return suite->nr_opened > (is_program ? 0 : 1);
}

static bool same_file(
	const struct inputs sides[2], const struct part *part, struct inputs_read *read)
{
	const struct watched_file *base = part->file, *head = part->other->file;

	if (strcmp(base->path, head->path) == 0)
		return true;
	if (strcmp(base->path, sides[0].suite) == 0 || strcmp(head->path, sides[1].suite) == 0)
		return strcmp(part->role, part->other->role) == 0 &&
			((!reads_itself(&sides[0], base) && !reads_itself(&sides[1], head)) ||
				same_content(read, base->path, head->path));
	if (base->of_kernel || head->of_kernel)
		return base->of_kernel && head->of_kernel &&
			strcmp(part->role, part->other->role) == 0;
	return same_content(read, base->path, head->path);
}

static bool each_is_same(const struct inputs sides[2], const struct parts *base,
	const struct parts *head, struct inputs_read *read, struct buf *why)
{
	for (size_t i = 0; i < base->nr; i++) {
		const struct part *part = &base->items[i];

		if (part->other && same_file(sides, part, read))
			continue;
		buf_adds(why, part->other ? "not the same on both sides: " : "only the base uses ");
		buf_add_printable(why, part->file->path);
		return false;
	}
	for (size_t i = 0; i < head->nr; i++) {
		if (head->items[i].other)
			continue;
		buf_adds(why, "only the head uses ");
		buf_add_printable(why, head->items[i].file->path);
		return false;
	}
	return true;
}

bool inputs_same(struct inputs base, struct inputs head, struct inputs_read *read, struct buf *why)
{
	const struct inputs sides[2] = { base, head };
	struct parts parts[2];
	bool same;

	for (int i = 0; i < 2; i++)
		if (sides[i].files->unknown) {
			buf_add_printable(why, sides[i].files->unknown);
			return false;
		}
	parts[0] = inputs_parts_of(&base);
	parts[1] = inputs_parts_of(&head);
	join(&parts[0], &parts[1]);
	same = each_is_same(sides, &parts[0], &parts[1], read, why);
	release_parts(&parts[0]);
	release_parts(&parts[1]);
	return same;
}
