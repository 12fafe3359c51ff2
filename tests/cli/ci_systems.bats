#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The templates for other CI systems: their shell as it is written there, in a small repository.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli
load ../support/pull_request

ci=$repository/scripts/ci

setup() {
	skip_when_sanitized 'is too slow for its times to be judged'
	make_project
	export CI=true
}

ci_files() {
	/usr/bin/python3 "$support/ci_files.py" "$@"
}

# Sets status and output.
run_script() { # SHELL-WORD... FILE
	run timeout -k 1 120 "$@"
	echo "$output"
}

# And are no part of what is measured or committed.
reports_are_there() {
	well_formed benchgate-reports/junit.xml
	grep -q '^## Performance: ' benchgate-reports/report.md
	[ -z "$(git status --porcelain)" ]
	(cd .. && valid project/benchgate-reports/verdict.json verdict-schema)
}

gitlab() { # JOB
	ci_files gitlab "$ci/gitlab.yml" "$1" >../job.sh
	run_script sh -e ../job.sh
}

@test "GitLab, a merge request: where it branched off is the base; a slow one fails, with the reports" {
	slow_down hash 300
	main_moves_on
	CI_MERGE_REQUEST_DIFF_BASE_SHA=$(git merge-base main HEAD) gitlab benchgate:merge-request
	[ "$status" -eq 1 ]
	grep -qE '^REGRESSION hash: .*\+(2[7-9]|3[0-3])\.' <<<"$output"
	lacks '^REGRESSION mix' <<<"$output"
	[ "$(tail -n 1 benchgate-reports/metrics.txt)" = '# EOF' ]
	reports_are_there
	[ -n "$(find .cache/benchgate -name suite.so)" ]
	# Merged by GitLab beforehand, the target's end is what both have in common.
	git merge -q -m merged main
	CI_MERGE_REQUEST_DIFF_BASE_SHA=$(git rev-parse main~1) CI_MERGE_REQUEST_TARGET_BRANCH_SHA=$(git rev-parse main) \
		gitlab benchgate:merge-request
	[ "$status" -eq 1 ]
	grep -q "^base: .*($(git rev-parse --short=7 main)), head: the working tree" <<<"$output"
	lacks '^REGRESSION mix' <<<"$output"
}

@test "GitLab, the default branch: it is compared with the baseline of the runner's machine" {
	make -s suite.so
	gitlab benchgate:main
	[ "$status" -eq 0 ]
	grep -q 'no baseline for this machine yet' <<<"$output"
	reports_are_there
	valid benchgate-reports/head.json
}

@test "the keys of GitLab's caches are made of nothing that may have a slash" {
	/usr/bin/python3 - "$ci/gitlab.yml" "$repository/src/cmd/templates/gitlab_yml.txt" <<-'END'
		import re, sys, yaml
		for path in sys.argv[1:]:
		    text = open(path).read()
		    jobs = yaml.safe_load(text).values()
		    caches = [cache for job in jobs for cache in job.get("cache", [])]
		    keys = [cache["key"] for cache in caches]
		    assert len(keys) == (3 if "benchgate:nightly" in text else 2), (path, keys)
		    assert all(key == "benchgate-$CI_DEFAULT_BRANCH" for cache in caches for key in cache.get("fallback_keys", [])), path
		    for key in keys:
		        assert set(re.findall(r"\$(\w+)", key)) <= {"CI_RUNNER_ID", "CI_COMMIT_REF_SLUG", "CI_MERGE_REQUEST_IID"}, (path, key)
		        assert re.fullmatch(r"[\w$-]+", key), (path, key)
	END
}

@test "what a merge request builds is not what another one takes" {
	/usr/bin/python3 - "$ci/gitlab.yml" "$repository/src/cmd/templates/gitlab_yml.txt" <<-'END'
		import sys, yaml
		sources, written = (yaml.safe_load(open(path)) for path in sys.argv[1:])
		assert sources[".benchgate"]["cache"][0]["policy"] == "$BUILDS"
		assert sources["benchgate:merge-request"]["variables"]["BUILDS"] == "pull"
		assert sources["benchgate:merge-request"].get("cache") is None
		assert written[".benchgate"]["cache"][0]["policy"] == "$BUILDS"
		assert written["benchgate"]["variables"]["BUILDS"] == "pull"
		assert written["benchgate"].get("cache") is None
	END
}

@test "GitLab reads the template as it is meant" {
	/usr/bin/python3 - "$ci/gitlab.yml" <<-'END'
		import sys, yaml
		text = yaml.safe_load(open(sys.argv[1]))
		whole = text[".benchgate"]
		assert whole["artifacts"]["reports"] == {"junit": "benchgate-reports/junit.xml", "metrics": "benchgate-reports/metrics.txt"}
		assert whole["artifacts"]["when"] == "always"
		assert whole["allow_failure"] == {"exit_codes": 5}
		assert whole["variables"]["GIT_DEPTH"] == "0"
		built, told = whole["cache"]
		assert built["paths"] == [".cache/benchgate/"]
		assert told["paths"] == [".state/benchgate/"] and told["when"] == "always"
		assert "$CI_COMMIT_REF_SLUG" in told["key"] and "fallback_keys" not in told
		assert whole["variables"]["XDG_CACHE_HOME"] == "$CI_PROJECT_DIR/.cache"
		assert whole["variables"]["XDG_STATE_HOME"] == "$CI_PROJECT_DIR/.state"
		for name, job in text.items():
		    lines = job.get("script", []) + job.get("before_script", [])
		    assert all(isinstance(line, str) and "\n" not in line.strip() for line in lines), name
	END
}

jenkins() {
	ci_files jenkins "$ci/Jenkinsfile" | csplit -s -z -f ../step- - '/^--$/' '{*}'
	[ "$(echo ../step-*)" = '../step-00 ../step-01' ]
	sed -i 1d ../step-*
	sh -xe ../step-00
	run_script sh -xe ../step-01
}

@test "Jenkins, a change request: a slow one fails, with the reports" {
	slow_down hash 300
	main_moves_on
	CHANGE_TARGET=main jenkins
	[ "$status" -eq 1 ]
	grep -qE '^REGRESSION hash: ' <<<"$output"
	lacks '^REGRESSION mix' <<<"$output"
	reports_are_there
}

@test "Jenkins, a branch, and what each exit code becomes" {
	make -s suite.so
	jenkins
	[ "$status" -eq 0 ]
	reports_are_there
	rm ../step-*
	# It cannot be fetched.
	git remote set-url origin /nowhere
	CHANGE_TARGET=main jenkins
	[ "$status" -eq 4 ]
	grep -A 4 'code == 5' "$ci/Jenkinsfile" | tr -d '\t\n' | grep -qF "unstable('benchgate: inconclusive')} else if (code != 0) {error("
}

@test "what is inconclusive ends with 5 where the policy says that it fails" {
	sed -i 's/{/{"on_inconclusive": "fail", /' benchgate.json
	git commit -q -a -m strict
	slow_down hash 1
	# One unit cannot tell 0.1 % from none.
	run_script "$ci/recipe.sh" main --units=1 --time=1ms --threshold=0.01% --target=0.02%
	[ "$status" -eq 5 ]
}

@test "anything else: the recipe" {
	slow_down hash 300
	main_moves_on
	run_script "$ci/recipe.sh" main
	[ "$status" -eq 1 ]
	lacks '^REGRESSION mix' <<<"$output"
	reports_are_there
	git checkout -q main
	run_script "$ci/recipe.sh" main
	[ "$status" -eq 0 ]
	run_script "$ci/recipe.sh"
	[ "$status" -ne 0 ]
}
