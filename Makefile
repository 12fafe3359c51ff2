# benchgate: `make gate` builds and runs the main job, `make check` passes every test, `make help` lists the rest.
VERSION := $(shell sed -n 's/^.define BENCHGATE_VERSION "\(.*\)"/\1/p' src/base/version.h)
ifeq ($(origin CC),default)
CC := gcc
endif
PREFIX ?= /usr/local
B ?= build
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wshadow -Wconversion -Werror -Wstrict-prototypes -Wmissing-prototypes
CPPFLAGS += -D_GNU_SOURCE -iquote src -Iinclude -include src/base/banned.h
COMPILE = $(CC) -std=c17 $(WARN) $(CFLAGS) -fvisibility=hidden -falign-functions=64 $(CPPFLAGS) -MMD -MP
# Only the C library is shared with a suite: GSL is linked in, and libcjson, libyaml, libsqlite3 and libcurl are opened when they are
# needed. A release has libcjson, libyaml and libsqlite3 inside, too: LINKED is an object that has their functions as bg_linked_NAME.
GSL := $(foreach it,gsl gslcblas,$(shell $(CC) -print-file-name=lib$(it).a))
LIBS = -lm -lpthread -ldl
OBJCOPY ?= objcopy
STRIP ?= strip
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-8s %s\n' $1 $(patsubst $(B)/%,%,$@))

MAIN := $(patsubst src/%.c,$B/%.o,$(filter-out src/kernels/% src/preload/%,$(wildcard src/*.c src/*/*.c src/*/*/*.c)))
TEXT := $(patsubst src/%,$B/text/%.o,$(wildcard src/*/*.schema.json src/cmd/topics/*.txt src/report/assets/*.css src/report/assets/*.js src/report/assets/*.LICENSE src/pages/assets/*.html src/pages/assets/*.css src/pages/assets/*.js src/pages/assets/*.LICENSE src/cmd/templates/*.txt)) $B/text/include/benchgate.h.o $B/text/scripts/ci/comment.sh.o $B/preload/heap_so.o
KERNELS := $(patsubst src/%.c,$B/%.o,$(wildcard src/kernels/*.c))
UNIT := $(wildcard tests/unit/*_test.c)
UNIT_OBJECTS = $(UNIT:%.c=$B/%.o) $B/tests/support/unit.o
FUZZ_TARGETS := $(patsubst tests/%.c,$B/tests/%.o,$(filter-out tests/fuzz/fuzzer.c,$(wildcard tests/fuzz/*.c)))
SHELL_FILES := $(wildcard scripts/setup scripts/messages scripts/check-* scripts/install scripts/release scripts/*.sh scripts/ci/*.sh scripts/faults-on-purpose tests/support/faults_build scripts/false-alarms* scripts/detection* scripts/costs-in-turn $(filter-out %.md %/serve %/deploy %/imports %/history %/commands,$(wildcard scripts/evidence/* scripts/evidence/commands/*.sh)) tests/cli/*.bats tests/support/*.bash) .ci/run
LINTED := $(MAIN) $B/preload/heap.o $(KERNELS) $(UNIT_OBJECTS) $B/tests/support/with_json.o $(FUZZ_TARGETS) $B/tests/fuzz/fuzzer.o
# Files of C; each that passes leaves a mark. clang-tidy says what clang warns of, too.
LINT = sh -c 'clang-tidy --quiet "$$@" -- -std=c17 $(WARN) $(CPPFLAGS) -iquote tests 2>/dev/null && \
	cppcheck -q --std=c11 --error-exitcode=1 --enable=warning,performance,portability --inline-suppr \
		--suppress=missingInclude -Isrc -Iinclude -Itests -D__GNUC__ "$$@" && \
	for it; do it=$B/lint/$${it\#src/} && mkdir -p $${it%/*} && touch $${it%.c}.ok; done' lint

all: $B/benchgate $B/libbenchgate.a $B/kernels.so
.PRECIOUS: $B/%.o $B/tests/%.o
.PHONY: messages all gate bench-fast bench-slow check lint sanitize tsan coverage fuzz install uninstall release clean help unit quick setup FORCE

$B/benchgate: $(KERNELS) $B/libbenchgate.a
	$(call say,LINK)
	$Q$(CC) $(CFLAGS) -o $@ $^ $(LIBS)
# One object. The linker sees main and the list of benchmarks of it; a program may have any other name for itself.
PUBLIC := main bg_this_suite bg_suite_here
$B/libbenchgate.a: $(MAIN) $(TEXT) $(GSL) $(LINKED) $B/flags $B/parts
	$(call say,AR)
	$Q$(CC) -nostdlib -r -o $B/libbenchgate.o $(filter-out $B/flags $B/parts,$^)
	$Q$(OBJCOPY) $(PUBLIC:%=--keep-global-symbol=%) $B/libbenchgate.o
	$Qrm -f $@ && ar rcs $@ $B/libbenchgate.o
libgsl.a libgslcblas.a:
	@echo '$@ is not found, only the shared library is: build GSL with --enable-static' >&2; false
# The same with all names, for the tests of its parts.
$B/tests/parts.a: $(MAIN) $(TEXT) $B/parts
	$(call say,AR)
	$Qmkdir -p $(@D) && rm -f $@ && ar rcs $@ $(filter-out $B/parts,$^)
$B/%.o: src/%.c $B/flags
	$(call say,CC)
	$Qmkdir -p $(@D) && $(COMPILE) -c -o $@ $<
# A text becomes a C string named after its file: topics/exit_codes.txt is exit_codes_txt. Bytes are bytes: a minified
# script's lines are long, and need not be ASCII; a ? could begin a trigraph.
TO_TEXT = mkdir -p $(@D) && { printf 'extern const char %s[];\nconst char %s[] =\n' $(subst .,_,$(notdir $*)) $(subst .,_,$(notdir $*)); \
	LC_ALL=C sed -e 's/[\\"?]/\\&/g' -e 's/.*/"&\\n"/' $<; echo ';'; } | $(CC) $(CFLAGS) -x c -c -o $@ -
$B/text/%.o: src/% $B/flags
	$(call say,TEXT)
	$Q$(TO_TEXT)
$B/text/include/%.o: include/% $B/flags
	$(call say,TEXT)
	$Q$(TO_TEXT)
$B/text/scripts/%.o: scripts/% $B/flags
	$(call say,TEXT)
	$Q$(TO_TEXT)
# What counts allocations is preloaded into other programs: a library of its own, without sanitizers, whose bytes are kept
# in this program as heap_so.
$B/preload/heap.so: src/preload/heap.c src/sys/heap.h $B/flags
	$(call say,LINK)
	$Qmkdir -p $(@D) && $(CC) -std=c17 $(WARN) -O2 -fPIC -shared -fvisibility=hidden $(CPPFLAGS) -o $@ $< -ldl && $(STRIP) $@
$B/preload/heap_so.o: $B/preload/heap.so
	$(call say,BYTES)
	$Q{ echo 'extern const unsigned char heap_so[]; extern const unsigned long heap_so_size; const unsigned char heap_so[] = {'; \
		od -An -v -tu1 $< | sed 's/\([0-9]\)  *\([0-9]\)/\1, \2/g; s/\([0-9]\)  *\([0-9]\)/\1, \2/g; s/$$/,/'; \
		echo '}; const unsigned long heap_so_size = sizeof heap_so;'; } | $(CC) $(CFLAGS) -x c -c -o $@ -
# Another compiler or other flags build everything anew; a source that is gone, what it was linked into.
$B/flags: KEPT = $(COMPILE) $(LIBS)
$B/parts: KEPT = $(MAIN) $(TEXT)
$B/flags $B/parts: FORCE
	@mkdir -p $B; echo '$(subst ','\'',$(KEPT))' | cmp -s - $@ || echo '$(subst ','\'',$(KEPT))' >$@

setup:
	@scripts/setup build
gate: setup
	@$(MAKE) --no-print-directory -j$$(nproc) all
	$B/benchgate run --tier=critical
# Critical, a second each, in under 30 s; all, ten seconds each, in under 5 min.
bench-fast bench-slow: bench-%: setup
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@BENCHGATE=$B/benchgate scripts/performance-monitor.sh $*
# The kernels apart, for comparing revisions of them (.benchgate.json).
$B/kernels.so: $(wildcard src/kernels/*.c) include/benchgate.h
	$(call say,LINK)
	$Qmkdir -p $(@D) && $(CC) -std=c17 $(CFLAGS) -g0 -falign-functions=64 $(BENCHGATE_CFLAGS) -D_GNU_SOURCE -Iinclude -shared -fPIC -o $@ $(filter %.c,$^) -lm -lpthread $(BENCHGATE_LDFLAGS)

$B/tests/%.o: tests/%.c $B/flags
	$(call say,CC)
	$Qmkdir -p $(@D) && $(COMPILE) -iquote tests -c -o $@ $<
# All unit tests are one program: build/unit str_test runs those of a file.
$B/unit: $(UNIT_OBJECTS) $B/tests/support/with_json.o $(FUZZ_TARGETS) $B/tests/parts.a $(GSL)
	$(call say,LINK)
	$Q$(CC) $(CFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lcmocka $(LIBS)
# Compilers and shells have it preloaded, too: no sanitizer.
$B/tests/fake_clock.so: tests/support/fake_clock.c
	$(call say,LINK)
	$Qmkdir -p $(@D) && $(CC) -std=c17 $(WARN) -O2 -D_GNU_SOURCE -shared -fPIC -o $@ $<
check:
	@scripts/setup check
	@$(MAKE) --no-print-directory -j$$(nproc) all $B/tests/fake_clock.so $B/unit
	@B=$(abspath $B) CC=$(CC) prove --merge -j2 -e tests/support/run_test \
		--rules 'seq=tests/cli/{$(subst $(SPACE),$(COMMA),$(TIMED))}.bats' --rules 'par=**' \
		$(LONG) $(filter-out $(LONG),$(UNIT) $(wildcard tests/cli/*.bats))
# Three at a time, tests that wait for answers fail. What judges real times comes at the end, one file after the other. What
# takes longest begins first.
COMMA := ,
SPACE := $(subst x,,x x)
TIMED := costs_judged compare layouts control second_look own_code
LONG := $(patsubst %,tests/cli/%.bats,docs html init_ci compare_revisions ci_log faults shard gate ci_systems calibrate cli alerts) \
	tests/unit/code_test.c tests/unit/in_turn_properties_test.c
# After each change: all but the command-line tests and the units of SLOW, of which those run that git says are changed.
SLOW := code in_turn_properties judge_properties layouts_properties settle_properties state
CHANGED = $(basename $(notdir $(shell git diff --name-only HEAD 2>/dev/null)))
SKIPPED = $(foreach it,$(SLOW),$(if $(filter $(it) $(it)_test $(it:%_properties=%),$(CHANGED)),,tests/unit/$(it)_test.c))
quick:
	@$(MAKE) --no-print-directory -j$$(nproc) all $B/unit
	@scripts/check-layers
	@scripts/check-sizes
	@scripts/check-names
	@prove -j$$(nproc) -e $B/unit $(filter-out $(SKIPPED),$(UNIT))
unit: $B/unit
	@prove -j$$(nproc) -e $B/unit $(UNIT)
sanitize:
	@$(MAKE) --no-print-directory B=build/sanitize CFLAGS='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all' check
TSAN := tests/unit/loop_test.c tests/unit/barrier_test.c
tsan:
	@scripts/setup check
	@$(MAKE) --no-print-directory B=build/tsan CFLAGS='-O1 -g -fsanitize=thread' UNIT='$(TSAN)' FUZZ_TARGETS= build/tsan/unit
	@prove -e 'setarch -R build/tsan/unit' $(TSAN)
coverage:
	@scripts/setup check coverage
	@$(MAKE) --no-print-directory B=build/coverage CFLAGS='-O0 -g --coverage -fprofile-update=atomic' check
	@gcovr -r . --object-directory build/coverage -f src/ --print-summary -o build/coverage/report.txt && cat build/coverage/report.txt
# A minute each, or FUZZ_SECONDS; FUZZ_ONLY names some of the targets. What is new stays in build/fuzz/corpus; a finding
# becomes a file beside the seeds.
FUZZ_SECONDS ?= 60
FUZZ_ONLY ?= $(notdir $(patsubst %/,%,$(wildcard tests/fuzz/*/)))
fuzz:
	@CC=clang scripts/setup build fuzz
	@$(MAKE) --no-print-directory B=build/fuzz CC=clang CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
		build/fuzz/tests/fuzzer
	@set -e; for it in $(FUZZ_ONLY); do mkdir -p build/fuzz/corpus/$$it; \
		FUZZ_TARGET=$$it build/fuzz/tests/fuzzer -max_total_time=$(FUZZ_SECONDS) -max_len=16384 -timeout=10 -print_final_stats=1 \
			-artifact_prefix=build/fuzz/$$it- build/fuzz/corpus/$$it tests/fuzz/$$it; done
$B/tests/fuzzer: $(FUZZ_TARGETS) $B/tests/fuzz/fuzzer.o $B/tests/support/with_json.o $B/tests/parts.a $(GSL)
	$(call say,LINK)
	$Q$(CC) $(CFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)
# Each file is looked at again when its object would be built again. Layers, sizes and format are looked at each time.
lint:
	@scripts/setup check
	@scripts/check-layers
	@scripts/check-sizes
	@scripts/check-names
	@scripts/check-commits
	@clang-format --dry-run -Werror $(wildcard src/*.[ch] src/*/*.[ch] src/*/*/*.[ch] include/*.h tests/*/*.[ch])
	@$(MAKE) --no-print-directory -j$$(nproc) $B/lint/all.ok $B/lint/shell.ok
# Two tools that start once for twelve files are quicker by a sixth.
$B/lint/all.ok: $(LINTED) .clang-tidy
	$(call say,LINT)
	$Qfor it in $(LINTED:$B/%.o=%); do ok=$B/lint/$$it.ok; \
		[ $$ok -nt $B/$$it.o ] && [ $$ok -nt .clang-tidy ] || ls src/$$it.c $$it.c 2>/dev/null; \
	done | xargs -r -P$$(nproc) -n12 $(LINT) && touch $@
$B/lint/%.ok: $B/%.o .clang-tidy
	$(call say,LINT)
	$Q$(LINT) $(or $(wildcard src/$*.c),$*.c)
$B/lint/shell.ok: $(SHELL_FILES)
	$(call say,LINT)
	$Qmkdir -p $(@D) && printf '%s\n' $? | xargs -r -P$$(nproc) -n16 shellcheck -x && touch $@

# Every text that the program can print, to be read with fresh eyes.
messages:
	@scripts/messages

install: all
	@scripts/install $B $(VERSION) '$(DESTDIR)' '$(PREFIX)' '$(LIBS)'
uninstall:
	@scripts/install --remove '$(DESTDIR)' '$(PREFIX)'
release:
	@scripts/setup build release
	@scripts/release $B/release
clean:
	rm -rf $B
help:
	@sed -n 's/^\([a-z][a-z -]*\):.*/\1/p' Makefile | tr ' ' '\n' | sed 's/^/  make /'

# A release's folder has folders of that name.
-include $(shell find $B -name '*.d' -type f 2>/dev/null)
