/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cJSON's functions, found in the library when a command starts (sys/cjson.h): the program is not
 * linked with it, so that a suite may bring its own. For base/json.c alone.
 */
#ifndef BASE_CJSON_H
#define BASE_CJSON_H

#include <cjson/cJSON.h>

struct cjson {
	__typeof__(cJSON_InitHooks) *InitHooks;
	__typeof__(cJSON_CreateNull) *CreateNull;
	__typeof__(cJSON_CreateBool) *CreateBool;
	__typeof__(cJSON_CreateNumber) *CreateNumber;
	__typeof__(cJSON_CreateString) *CreateString;
	__typeof__(cJSON_CreateArray) *CreateArray;
	__typeof__(cJSON_CreateObject) *CreateObject;
	__typeof__(cJSON_AddItemToArray) *AddItemToArray;
	__typeof__(cJSON_AddItemToObject) *AddItemToObject;
	__typeof__(cJSON_ParseWithLengthOpts) *ParseWithLengthOpts;
	__typeof__(cJSON_PrintUnformatted) *PrintUnformatted;
	__typeof__(cJSON_Delete) *Delete;
	__typeof__(cJSON_free) *free;
};

/* Holds once cjson_load has returned 0. */
extern struct cjson cjson;

#endif
