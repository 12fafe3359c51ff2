/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A client and a server over a bad line: UDP on the loopback interface, where the server loses one
 * request in eight and dawdles over one in four, always the same ones. The client asks again after
 * two milliseconds. Most of the time is waiting, so this shows what the waiting itself is like.
 */
#include <arpa/inet.h>
#include <benchgate.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { REQUESTS = 24, TIMEOUT_MS = 2, DELAY_NS = 250000, ATTEMPTS = 50, END = REQUESTS };

struct packet {
	uint32_t round, number, attempt;
	uint32_t value; /* a question one way, its answer the other way */
};

static struct line {
	int client, server;
	pthread_t thread;
} line = { -1, -1, 0 };

static uint32_t answers[REQUESTS];

/* What befalls a request depends on its number and the attempt alone. */
static uint32_t fate(const struct packet *packet)
{
	uint32_t mixed = (packet->number + 1) * 2654435761u + packet->attempt * 40503u;

	return (mixed >> 16) % 8;
}

static void *network_serve(void *data)
{
	const struct line *on = data;
	struct packet packet;

	while (recv(on->server, &packet, sizeof packet, 0) == sizeof packet &&
		packet.number != END) {
		if (fate(&packet) == 0)
			continue;
		if (fate(&packet) < 3)
			nanosleep(&(struct timespec){ .tv_nsec = DELAY_NS }, NULL);
		packet.value = packet.value * packet.value + 1;
		send(on->server, &packet, sizeof packet, 0);
	}
	return NULL;
}

/* A socket at a port that is free. */
static int open_socket(struct sockaddr_in *address)
{
	socklen_t size = sizeof *address;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	*address = (struct sockaddr_in){ .sin_family = AF_INET };
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd >= 0 && !bind(fd, (struct sockaddr *)address, size) &&
		!getsockname(fd, (struct sockaddr *)address, &size))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static void connect_line(struct bg_run *run)
{
	struct sockaddr_in client, server;

	line.client = open_socket(&client);
	line.server = open_socket(&server);
	if (line.client < 0 || line.server < 0 ||
		connect(line.client, (struct sockaddr *)&server, sizeof server) ||
		connect(line.server, (struct sockaddr *)&client, sizeof client))
		bg_fail(run, "no UDP over the loopback interface: %s", strerror(errno));
	else if (pthread_create(&line.thread, NULL, network_serve, &line))
		bg_fail(run, "cannot start the server's thread");
	else
		run->data = &line;
	run->items = REQUESTS;
}

static void hang_up(struct bg_run *run)
{
	struct packet end = { .number = END };

	if (run->data && send(line.client, &end, sizeof end, 0) == sizeof end)
		pthread_join(line.thread, NULL);
	close(line.client);
	close(line.server);
}

/* Whether the answer came in time; late ones to earlier requests are thrown away. */
static int receive(const struct packet *asked, uint32_t *answer)
{
	struct pollfd waiting = { .fd = line.client, .events = POLLIN };
	struct packet packet;

	while (poll(&waiting, 1, TIMEOUT_MS) > 0) {
		if (recv(line.client, &packet, sizeof packet, 0) != sizeof packet)
			return 0;
		if (packet.round == asked->round && packet.number == asked->number) {
			*answer = packet.value;
			return 1;
		}
	}
	return 0;
}

/* How often the request had to be repeated. */
static uint32_t network_ask(uint32_t round, uint32_t number)
{
	struct packet packet = { .round = round, .number = number, .value = number * 1000 };

	answers[number] = 0;
	for (; packet.attempt < ATTEMPTS; packet.attempt++)
		if (send(line.client, &packet, sizeof packet, 0) == sizeof packet &&
			receive(&packet, &answers[number]))
			break;
	return packet.attempt;
}

BG_BENCH(network_degradation_test, BG_COMPREHENSIVE, BG_SETUP(connect_line), BG_TEARDOWN(hang_up),
	BG_ABOUT("24 requests over loopback UDP with delays and losses"))
{
	uint32_t round = 0, nr_repeated = 0;

	BG_LOOP(run) {
		nr_repeated = 0;
		round++;
		for (uint32_t i = 0; i < REQUESTS; i++)
			nr_repeated += network_ask(round, i);
	}

	for (uint32_t i = 0; i < REQUESTS; i++)
		if (answers[i] != 1000000 * i * i + 1)
			bg_fail(run, "request %u was answered with %u", (unsigned)i,
				(unsigned)answers[i]);
	bg_metric(run, "repeated", nr_repeated, "", BG_LESS_IS_BETTER);
}
