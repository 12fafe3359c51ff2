/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/letter.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>

bool letter_next_alert(const char **at, char fingerprint[ALERT_FINGERPRINT_MAX])
{
	while (**at) {
		size_t len = strcspn(*at, " ");
		const char *found = *at;

		*at += len + (found[len] == ' ');
		if (len != ALERT_FINGERPRINT_MAX - 1)
			continue;
		memcpy(fingerprint, found, len);
		fingerprint[len] = '\0';
		return true;
	}
	return false;
}

bool letter_shares_alert(const struct letter *letter, const struct letter *with)
{
	const char *at = letter->fingerprints;
	char fingerprint[ALERT_FINGERPRINT_MAX];

	while (letter_next_alert(&at, fingerprint))
		if (strstr(with->fingerprints, fingerprint))
			return true;
	return false;
}

void letter_release(struct letter *letter)
{
	free(letter->outlet);
	free(letter->type);
	free(letter->about);
	free(letter->title);
	free(letter->fingerprints);
	free(letter->written);
	free(letter->claim);
	free(letter->claimed);
	json_free(letter->body);
	free(letter->trouble);
	*letter = (struct letter){ .outlet = NULL };
}

void letters_release(struct letters *letters)
{
	for (size_t i = 0; i < letters->nr; i++)
		letter_release(&letters->items[i]);
	ARRAY_RELEASE(letters);
}
