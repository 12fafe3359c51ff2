/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What there is to say of the server itself: its health, who asks, and what it answers. */
#include "serve/routes.h"

#include "base/str.h"
#include "base/version.h"

#include <string.h>

int call_health(struct call *call, struct error *err)
{
	struct server *server = call->server;
	struct json *root;
	int64_t nr;
	int rc;

	pthread_mutex_lock(&server->read_lock);
	rc = db_number(history_db(server->reader), &nr, err, "SELECT count(*) FROM runs", "");
	pthread_mutex_unlock(&server->read_lock);
	if (rc)
		return call_refuse(call, 503, "the history cannot be read");
	root = json_new_object();
	json_add_text(root, "status", "ok");
	json_add_text(root, "version", BENCHGATE_VERSION);
	json_add_bool(root, "writable", server->writer != NULL);
	return answer_json(call->answer, 200, root);
}

int call_me(struct call *call, struct error *err)
{
	struct json *root = json_new_object();

	(void)err;
	json_add_text(root, "name", call->author);
	json_add_text(root, "role", role_words[call->role]);
	return answer_json(call->answer, 200, root);
}

/* --- the OpenAPI document ----------------------------------------------------------------------
 */

/* "id:string text:string? tag:string*" is an object with these members; ? may be null, * missing,
 * too. */
static void describe_members(const char *members, struct json *schema)
{
	struct json *properties, *required;

	json_add_text(schema, "type", "object");
	properties = json_add_object(schema, "properties");
	required = json_add_array(schema, "required");
	while (*members) {
		size_t name = strcspn(members, ":"), type = strcspn(members + name + 1, " ?*");
		char mark;
		char *name_text = mem_copy(members, name);
		char *type_text = mem_copy(members + name + 1, type);
		struct json *property = json_add_object(properties, name_text), *types;

		members += name + 1 + type;
		mark = *members;
		if (mark == '?' || mark == '*') {
			types = json_add_array(property, "type");
			json_add_text(types, NULL, type_text);
			json_add_text(types, NULL, "null");
			members++;
		} else {
			json_add_text(property, "type", type_text);
		}
		if (mark != '*')
			json_add_text(required, NULL, name_text);
		free(name_text);
		free(type_text);
		members += *members == ' ';
	}
}

static void describe_parameter(
	struct json *list, const char *name, size_t len, const char *where, bool required)
{
	struct json *parameter = json_add_object(list, NULL);
	char *text = mem_copy(name, len);

	json_add_text(parameter, "name", text);
	json_add_text(parameter, "in", where);
	json_add_bool(parameter, "required", required);
	json_add_text(json_add_object(parameter, "schema"), "type", "string");
	free(text);
}

static void describe_parameters(const struct route *route, struct json *operation)
{
	struct json *list = json_add_array(operation, "parameters");
	const char *brace = strchr(route->path, '{'), *at = route->parameters, *item;
	size_t len;

	if (brace)
		describe_parameter(list, brace + 1, strcspn(brace + 1, "}"), "path", true);
	while (at && (item = str_next_item(&at, &len)))
		describe_parameter(list, item, len, "query", false);
}

static void describe_body(const struct route *route, struct json *operation)
{
	struct json *body, *content, *properties;
	const char *at = route->body, *item;
	size_t len;

	if (!route->body)
		return;
	body = json_add_object(operation, "requestBody");
	json_add_bool(body, "required", true);
	content = json_add_object(body, "content");
	if (!*route->body) {
		json_add_object(content, "*/*");
		return;
	}
	content = json_add_object(json_add_object(content, "application/json"), "schema");
	json_add_text(content, "type", "object");
	properties = json_add_object(content, "properties");
	while ((item = str_next_item(&at, &len))) {
		char *name = mem_copy(item, len);

		json_add_object(properties, name);
		free(name);
	}
}

static void describe_answers(const struct route *route, struct json *operation)
{
	struct json *answers = json_add_object(operation, "responses"), *good, *content;

	good = json_add_object(answers, "2XX");
	json_add_text(good, "description", route->summary);
	if (route->answer) {
		content = json_add_object(json_add_object(good, "content"), "application/json");
		describe_members(route->answer, json_add_object(content, "schema"));
	}
	good = json_add_object(answers, "4XX");
	json_add_text(good, "description", "refused; the answer says why");
	content = json_add_object(json_add_object(good, "content"), "application/json");
	describe_members("error:string", json_add_object(content, "schema"));
}

static void describe_route(const struct route *route, struct json *path)
{
	char method[8] = "";
	struct json *operation, *security;

	for (size_t i = 0; route->method[i] && i + 1 < sizeof method; i++)
		method[i] = (char)(route->method[i] | 0x20);
	operation = json_add_object(path, method);
	json_add_text(operation, "summary", route->summary);
	json_add_text(operation, "x-role", role_words[route->role]);
	security = json_add_array(operation, "security");
	if (route->role != ROLE_NONE)
		json_add_array(json_add_object(security, NULL), "token");
	describe_parameters(route, operation);
	describe_body(route, operation);
	describe_answers(route, operation);
}

static void describe_token(struct json *root)
{
	struct json *scheme = json_add_object(
		json_add_object(json_add_object(root, "components"), "securitySchemes"), "token");

	json_add_text(scheme, "type", "http");
	json_add_text(scheme, "scheme", "bearer");
}

/* Rows of one path need not stand together. */
static bool is_first_of_path(const struct route *route)
{
	for (const struct route *at = routes; at->path && at < route; at++)
		if (strcmp(at->path, route->path) == 0)
			return false;
	return true;
}

int call_openapi(struct call *call, struct error *err)
{
	struct json *root = json_new_object(), *info, *paths;

	(void)err;
	json_add_text(root, "openapi", "3.1.0");
	info = json_add_object(root, "info");
	json_add_text(info, "title", "benchgate serve");
	json_add_text(info, "version", BENCHGATE_VERSION);
	paths = json_add_object(root, "paths");
	for (const struct route *route = routes; route->path; route++) {
		struct json *path;

		if (!is_first_of_path(route))
			continue;
		path = json_add_object(paths, route->path);
		for (const struct route *at = route; at->path; at++)
			if (strcmp(at->path, route->path) == 0)
				describe_route(at, path);
	}
	describe_token(root);
	return answer_json(call->answer, 200, root);
}
