/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/environment.h"

#include "base/array.h"
#include "base/mem.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

const char *const environment_shared_folders[] = { "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR",
	NULL };

/* "NAME*" or "NAME" against "NAME=value". */
static bool is_variable(const char *entry, const char *name, size_t len)
{
	if (len && name[len - 1] == '*')
		return strncmp(entry, name, len - 1) == 0;
	return strncmp(entry, name, len) == 0 && entry[len] == '=';
}

static bool is_replaced(const char *entry, const char *const *unset, const char *const *set)
{
	for (; unset && *unset; unset++)
		if (is_variable(entry, *unset, strlen(*unset)))
			return true;
	for (; set && *set; set++)
		if (is_variable(entry, *set, strcspn(*set, "=")))
			return true;
	return false;
}

char **environment_with(
	const char *const *unset, const char *const *set, const struct sandbox *sandbox)
{
	struct {
		char **items;
		size_t nr, alloc;
	} all = { 0 };

	for (char **entry = environ; entry && *entry; entry++)
		if (!is_replaced(*entry, unset, set) &&
			!(sandbox && sandbox_hides(sandbox, *entry)))
			*ARRAY_ADD(&all) = *entry;
	for (; set && *set; set++)
		*ARRAY_ADD(&all) = (char *)*set;
	*ARRAY_ADD(&all) = NULL;
	return all.items;
}

/* Texts and pointers to them. */
static size_t size_of_list(char *const *list)
{
	size_t size = 0;

	for (; *list; list++)
		size += strlen(*list) + 1 + sizeof *list;
	return size;
}

char *environment_pad(char ***environment, char *const argv[])
{
	static const char name[] = "BENCHGATE_PADDING=";
	size_t size = size_of_list(*environment) + size_of_list(argv);
	size_t with_name = size + sizeof name + sizeof(char *), nr = 0;
	size_t missing = ENVIRONMENT_STEP - with_name % ENVIRONMENT_STEP;
	char *text = mem_alloc(sizeof name + missing, 1);

	memcpy(text, name, sizeof name - 1);
	memset(text + sizeof name - 1, '-', missing);
	while ((*environment)[nr])
		nr++;
	*environment = mem_resize(*environment, nr + 2, sizeof **environment);
	(*environment)[nr] = text;
	(*environment)[nr + 1] = NULL;
	return text;
}
