#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate init --ci: the files of each CI system, as that system reads and runs them.

# shellcheck disable=SC2154,SC2030,SC2031,SC2016  # set in cli.bash; a shell of its own for each test; for other shells
load ../support/cli
load ../support/ci_linters

systems=(github gitlab jenkins azure circleci bitbucket woodpecker)

setup() {
	own_home
	export PKG_CONFIG_PATH=$BATS_TEST_TMPDIR/nothing PKG_CONFIG_LIBDIR=$BATS_TEST_TMPDIR/nothing CC
	mkdir bin
	# A job in an image installs what it needs.
	printf '#!/bin/sh\n' >bin/apt-get
	chmod +x bin/apt-get
	PATH=$PWD/bin:$built:$PATH
	measure_shortly
	mkdir project
	cd project || exit
}

init() { # ARGUMENT...
	try init "$@"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

# The project as a checkout whose origin has the branch main, at a commit without benchmarks and one with them
make_checkout() {
	git init -q --bare ../origin
	git init -q
	git remote add origin ../origin
	git commit -q --allow-empty -m before
	init "$@"
	git add -A
	git commit -q -m first
	git push -q origin HEAD:main
	git fetch -q
}

counts() { # NUMBER
	sed -i -E '/bg_metric/d; s|^.*A wrong answer|\tbg_metric(run, "count", '"$1"', "", BG_LESS_IS_BETTER);\n&|' bench/first.c
	git commit -q -a -m "counts $1"
}

ci() { # VERB [OPTION...]: sets status and output
	run env BENCHGATE_PREFIX="$BATS_TEST_TMPDIR/prefix" timeout 60 sh bench/benchgate-ci.sh "$@"
	echo "$output"
}

@test "each system's files are YAML or Groovy that names what is there, and a second time nothing changes" {
	local system before
	for system in "${systems[@]}"; do
		mkdir "../$system"
		cd "../$system"
		init --ci "$system"
		before=$(find . -type f -exec sha1sum {} +)
		run ! grep -rE '@[a-z_]+@' .
		find . -name '*.yml' -exec /usr/bin/python3 -c 'import sys, yaml; assert all(isinstance(yaml.safe_load(open(f)), dict) for f in sys.argv[1:])' {} +
		grep -rhoE 'bench/benchgate[a-z-]*\.(sh|groovy)' . | sort -u >../named
		while read -r script; do
			[ -f "$script" ]
		done <../named
		grep -rqF 'sh bench/benchgate-ci.sh compare' --include='*.yml' --include='*.groovy' .
		shellcheck bench/*.sh
		init --ci "$system"
		[[ $output != *wrote* ]]
		[[ $output != *changed* ]]
		[[ $output != *'For '* ]]
		[ "$(find . -type f -exec sha1sum {} +)" = "$before" ]
	done
	for system in "${systems[@]}"; do
		"$program" help ci | grep -qE "^$system  "
	done
}

@test "GitHub's workflows keep our own rules, and actionlint's" {
	init --ci github
	/usr/bin/python3 "$support/ci_files.py" check .github/workflows/*.yml
	[ "$(/usr/bin/python3 "$support/ci_files.py" rights .github/workflows/*.yml | sort)" = "benchgate benchgate 20 -
benchgate-comment comment 5 - pull-requests
benchgate-nightly nightly 90 -
benchgate-nightly propose 10 - contents pull-requests" ]
	# Secrets are known at night alone, on the default branch, and not by the step that measures.
	run ! grep -rE 'pull_request_target' .github
	[ "$(grep -rhE 'secrets\.' .github | sort | uniq -c)" = "$(grep -hE 'secrets\.' .github/workflows/benchgate-nightly.yml | sort | uniq -c)" ]
	/usr/bin/python3 - <<-'PY'
		import yaml
		jobs = yaml.safe_load(open(".github/workflows/benchgate-nightly.yml", encoding="utf-8"))["jobs"]
		told = [step["run"] for job in jobs.values() for step in job["steps"] if "secrets." in str(step.get("env"))]
		assert told == ["sh bench/benchgate-ci.sh take-history", "sh bench/benchgate-ci.sh keep-history"], told
	PY
	install_linters
	actionlint .github/workflows/*.yml
	[ "$status" -eq 0 ]
}

# Sets status and output. Without the project's branch main, gitlab-ci-local asks the server for it.
gitlab_lint() {
	git init -q -b change
	git remote add origin https://example.org/group/project.git 2>/dev/null || true
	git add -A
	git commit -q --allow-empty -m change
	git update-ref refs/remotes/origin/main HEAD
	git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main
	gitlab_local --list-csv-all
}

@test "GitLab's own schema takes what is written, and nothing that is wrong" {
	install_linters
	init --ci gitlab
	gitlab_lint
	[ "$status" -eq 0 ]
	# On a merge request one of the two jobs runs.
	[ "$(sed -n 's/^\(benchgate[^;]*\);.*;test;\([a-z_]*\);.*/\1 \2/p' <<<"$output")" = $'benchgate on_success\nbenchgate:default never\nbenchgate:nightly never' ]
	sed -i 's/when: always/when: alway/' bench/gitlab.yml
	gitlab_lint
	[ "$status" -ne 0 ]
}

@test "CircleCI's own parser takes what is written, and nothing that is wrong" {
	install_linters
	init --ci circleci
	circleci_lint .circleci/config.yml
	[ "$status" -eq 0 ]
	sed -i 's/image:/imag:/' .circleci/config.yml
	circleci_lint .circleci/config.yml
	[ "$status" -eq 1 ]
}

@test "what each system does with the reports" {
	local system
	for system in "${systems[@]}"; do
		init --ci "$system"
	done
	/usr/bin/python3 - <<-'END'
		import yaml
		read = lambda path: yaml.safe_load(open(path))
		whole = read("bench/gitlab.yml")
		assert read(".gitlab-ci.yml") == {"include": [{"local": "bench/gitlab.yml"}]}
		assert whole[".benchgate"]["artifacts"]["reports"]["junit"] == "benchgate-reports/junit.xml"
		assert whole["benchgate"]["variables"]["BUILDS"] == "pull"
		steps = read("azure-pipelines.yml")["jobs"][0]["steps"]
		assert [step.get("task", "-") for step in steps][-2:] == ["PublishTestResults@2", "PublishPipelineArtifact@1"]
		assert steps[0]["persistCredentials"] is False and steps[0]["fetchDepth"] == 0
		circle = read(".circleci/config.yml")["jobs"]["benchgate"]["steps"]
		assert circle[-2:] == [{"store_test_results": {"path": "benchgate-reports"}}, {"store_artifacts": {"path": "benchgate-reports"}}]
		bucket = read("bitbucket-pipelines.yml")
		assert bucket["clone"]["depth"] == "full"
		assert bucket["pipelines"]["pull-requests"]["**"][0]["step"]["artifacts"] == ["benchgate-reports/**"]
		pecker = read(".woodpecker/benchgate.yml")
		assert pecker["when"] == [{"event": "pull_request"}] and pecker["clone"][0]["settings"]["depth"] == 0
	END
	grep -qF "testResults: 'benchgate-reports/junit.xml'" bench/benchgate.groovy
}

# The shell of a system's jobs, as it is written
shell_of() { # SYSTEM
	case $1 in
	gitlab) /usr/bin/python3 "$support/ci_files.py" gitlab bench/gitlab.yml benchgate ;;
	azure) /usr/bin/python3 "$support/ci_files.py" shell azure-pipelines.yml ;;
	circleci) /usr/bin/python3 "$support/ci_files.py" shell .circleci/config.yml ;;
	bitbucket) /usr/bin/python3 "$support/ci_files.py" shell bitbucket-pipelines.yml ;;
	woodpecker) /usr/bin/python3 "$support/ci_files.py" shell .woodpecker/benchgate.yml ;;
	esac
}

# What each system says of a change that goes to main
said_by=('gitlab CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main' 'azure SYSTEM_PULLREQUEST_TARGETBRANCH=refs/heads/main'
	'circleci CIRCLE_PULL_REQUEST=https://example.org/pull/1' 'bitbucket BITBUCKET_PR_DESTINATION_BRANCH=main'
	'woodpecker CI_COMMIT_TARGET_BRANCH=main')

# A regression against main, in a checkout whose origin has it
make_regression() { # [INIT-OPTION...]
	make_checkout "$@"
	counts 1
	git push -q origin HEAD:main
	git -C ../origin symbolic-ref HEAD refs/heads/main
	counts 2
}

@test "as each system runs it: compared with the branch that the change is for; a regression fails, with the reports" {
	local row system
	init --ci azure
	init --ci circleci
	init --ci bitbucket
	init --ci woodpecker
	make_regression --ci gitlab
	for row in "${said_by[@]}"; do
		system=${row%% *}
		shell_of "$system" >../job.sh
		[ "$(grep -c benchgate-ci.sh ../job.sh)" -eq 2 ]
		run env explained="$explained" "${row#* }" sh -e ../job.sh
		echo "$row: $output"
		[ "$status" -eq 1 ]
		[[ $output == *'REGRESSION first'* ]]
		rm -rf test-reports
		well_formed_reports
		explained=false
	done
}

@test "as Jenkins runs it: a change request is compared with its branch, another build is not" {
	JAVA_HOME=$(dirname "$(dirname "$(realpath "$(command -v java)")")")
	export JAVA_HOME
	make_regression --ci jenkins
	export explained=false
	CHANGE_TARGET=main run timeout 60 groovy "$support/jenkins.groovy" Jenkinsfile
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION first'* ]]
	[[ $output == *'junit benchgate-reports/junit.xml'* ]]
	[[ $output == *'archive benchgate-reports/*'* ]]
	well_formed_reports
	git push -q origin HEAD:main
	CHANGE_TARGET=main run timeout 60 groovy "$support/jenkins.groovy" Jenkinsfile
	[ "$status" -eq 0 ]
	rm -r benchgate-reports
	run timeout 60 groovy "$support/jenkins.groovy" Jenkinsfile
	[ "$status" -eq 0 ]
	[ ! -e benchgate-reports ]
	sed -i 's/stages {/stages/' Jenkinsfile
	run timeout 60 groovy "$support/jenkins.groovy" Jenkinsfile
	[ "$status" -ne 0 ]
}

@test "a branch is compared with the commit before" {
	make_regression --ci gitlab
	ci compare
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION first'* ]]
}

well_formed_reports() {
	xmllint --noout benchgate-reports/junit.xml
	grep -q '<html' benchgate-reports/report.html
	grep -q '^## Performance' benchgate-reports/report.md
	[ -z "$(git status --porcelain)" ]
	rm -r benchgate-reports
}

@test "as GitHub runs it: annotations and a summary, too; a checkout without the right to fetch is enough" {
	make_regression --ci github
	git fetch -q
	git remote set-url origin /nowhere
	step=$(/usr/bin/python3 -c 'import yaml; print(next(s["run"] for s in yaml.safe_load(open(".github/workflows/benchgate.yml"))["jobs"]["benchgate"]["steps"] if s.get("name") == "Compare"))')
	run env GITHUB_ACTIONS=true GITHUB_BASE_REF=main GITHUB_STEP_SUMMARY="$BATS_TEST_TMPDIR/summary" PULL_REQUEST=7 bash -eo pipefail -c "$step"
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *'::error file=bench/first.c,line='* ]]
	grep -q '^## Performance' "$BATS_TEST_TMPDIR/summary"
	[ "$(cat benchgate-reports/pull-request)" = 7 ]
	# That branch is nowhere.
	GITHUB_BASE_REF=nowhere ci compare
	[ "$status" -eq 3 ]
	[[ $output == *'cannot fetch the branch nowhere'* ]]
}

@test "a base without benchmarks stops nothing, nor does a first commit" {
	make_checkout --ci gitlab
	ci compare
	[ "$status" -eq 0 ]
	[[ $output == *'nothing to compare with'* ]]
	git checkout -q HEAD~1
	git checkout -q main -- bench
	ci compare
	[ "$status" -eq 0 ]
	[[ $output == *'the first commit has nothing to compare with'* ]]
	GITHUB_ACTIONS=true ci compare
	[[ ${lines[-1]} == '::warning title=benchgate::benchgate: the first commit'* ]]
	# The file says so.
	grep -q 'has no benchmarks yet, is a warning and ends with 0' bench/benchgate-ci.sh
}

@test "a branch's name is never a part of the shell" {
	make_checkout --ci gitlab
	GITHUB_BASE_REF='main;touch${IFS}pwned' ci compare
	[ "$status" -eq 3 ]
	GITHUB_BASE_REF='$(touch pwned)' ci compare
	[ "$status" -eq 3 ]
	GITHUB_BASE_REF='--upload-pack=touch pwned' ci compare
	[ "$status" -eq 3 ]
	[ ! -e pwned ]
}

# A program that says who it is, as sources that are built and installed
make_sources() { # FOLDER
	mkdir -p "$1/scripts"
	printf '#!/bin/sh\n' >"$1/scripts/setup"
	chmod +x "$1/scripts/setup"
	printf 'all:\n\techo "#!/bin/sh" >it\n\techo "echo I am the one" >>it\n\tchmod +x it\ninstall:\n\tmkdir -p $(PREFIX)/bin\n\tcp it $(PREFIX)/bin/benchgate\n' >"$1/Makefile"
}

# Without a benchgate in PATH
bare() {
	PATH=$(tr : '\n' <<<"$PATH" | while read -r folder; do [ -x "$folder/benchgate" ] || printf '%s:' "$folder"; done)
	PATH=${PATH%:} ci "$@"
}

@test "a release is installed by its checksum, and not with another one" {
	local sum
	make_sources ../made
	tar -czf ../release.tar.gz -C .. made
	sum=$(sha256sum ../release.tar.gz | cut -d ' ' -f 1)
	init --ci gitlab --source "file://$BATS_TEST_TMPDIR/release.tar.gz#$sum"
	[[ $output != *'the job fails'* ]]
	sed -i 's/^source=.*/source=${BENCHGATE_SOURCE:-}/' bench/benchgate-ci.sh
	BENCHGATE_SOURCE="file://$BATS_TEST_TMPDIR/release.tar.gz#${sum//[0-9]/0}" bare install
	[ "$status" -eq 3 ]
	[[ $output == *'does not have the SHA-256'* ]]
	[ ! -e "$BATS_TEST_TMPDIR/prefix" ]
	rm bench/benchgate-ci.sh
	init --ci gitlab --source "file://$BATS_TEST_TMPDIR/release.tar.gz#$sum"
	bare install
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = 'I am the one' ]
	bare install
	[ "$output" = 'I am the one' ]
}

@test "a release with the program in it is not built" {
	mkdir -p ../made/bin
	printf '#!/bin/sh\necho I am built\n' >../made/bin/benchgate
	chmod +x ../made/bin/benchgate
	tar -czf ../release.tar.gz -C .. made
	init --ci gitlab --source "file://$BATS_TEST_TMPDIR/release.tar.gz#$(sha256sum ../release.tar.gz | cut -d ' ' -f 1)"
	bare install
	[ "$status" -eq 0 ]
	[ "$output" = 'I am built' ]
	[ -x "$BATS_TEST_TMPDIR/prefix/bin/benchgate" ]
}

@test "a commit is built, and a wrong one is not" {
	make_sources ../made
	git -C ../made init -q
	git -C ../made add -A
	git -C ../made commit -q -m made
	init --ci woodpecker --source "$BATS_TEST_TMPDIR/made#$(git -C ../made rev-parse HEAD)"
	bare install
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = 'I am the one' ]
	rm -r "$BATS_TEST_TMPDIR/prefix"
	for pin in 0123456789012345678901234567890123456789 main '' ; do
		BENCHGATE_SOURCE="$BATS_TEST_TMPDIR/made#$pin" bare install
		[ "$status" -eq 3 ]
	done
	[ ! -e "$BATS_TEST_TMPDIR/prefix" ]
}

@test "as written, without a source: the job fails with one line, until it is said where benchgate comes from" {
	init --ci github
	[[ $output == *"In CI the job fails until benchgate is installed there, or 'benchgate init --source ADDRESS#PIN' has"* ]]
	for verb in install compare; do
		bare $verb
		[ "$status" -eq 3 ]
		[ "${#lines[@]}" -eq 1 ]
		[[ $output == "benchgate-ci.sh: no benchgate is installed: install it on this machine, or "*"'benchgate init --source ADDRESS#PIN'" ]]
	done
	GITHUB_ACTIONS=true bare install
	[ "$status" -eq 3 ]
	[[ $output == '::error title=benchgate::benchgate-ci.sh: no benchgate is installed'* ]]
	# What it says works.
	make_sources ../made
	tar -czf ../release.tar.gz -C .. made
	sum=$(sha256sum ../release.tar.gz | cut -d ' ' -f 1)
	init --source "file://$BATS_TEST_TMPDIR/release.tar.gz#$sum"
	[[ $output == *'changed bench/benchgate-ci.sh: it says where benchgate comes from now'* ]]
	[[ $output != *'the job fails'* ]]
	bare install
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = 'I am the one' ]
	# Another one is left to people.
	cp bench/benchgate-ci.sh ../before
	init --source "https://example.org/x.tar.gz#$sum"
	[[ $output == *"In bench/benchgate-ci.sh: 'source' is not what --source says; change it there."* ]]
	cmp bench/benchgate-ci.sh ../before
}

@test "a source is pinned: another benchgate that is installed is not used, and a new pin is a new one" {
	local first second
	make_sources ../made
	git -C ../made init -q
	git -C ../made add -A
	git -C ../made commit -q -m made
	first=$(git -C ../made rev-parse HEAD)
	sed -i 's/I am the one/I am another/' ../made/Makefile
	git -C ../made commit -q -a -m 'made anew'
	second=$(git -C ../made rev-parse HEAD)
	init --ci gitlab
	BENCHGATE_SOURCE="$BATS_TEST_TMPDIR/made#$first" run sh bench/benchgate-ci.sh install
	[ "${lines[-1]}" = 'I am the one' ]
	BENCHGATE_SOURCE="$BATS_TEST_TMPDIR/made#$second" run sh bench/benchgate-ci.sh install
	[ "${lines[-1]}" = 'I am another' ]
	# One that cannot be built is told, and is not there.
	echo 'all: ; false' >../made/Makefile
	git -C ../made commit -q -a -m broken
	BENCHGATE_SOURCE="$BATS_TEST_TMPDIR/made#$(git -C ../made rev-parse HEAD)" run sh bench/benchgate-ci.sh compare
	[ "$status" -eq 3 ]
	[ "${lines[-1]}" = "benchgate-ci.sh: cannot build $BATS_TEST_TMPDIR/made" ]
}

@test "what is no source is said" {
	for source in x 'x#' 'https://x/y#abc' "https://x/'y#0123456789012345678901234567890123456789" '#0123456789012345678901234567890123456789' \
		'--upload-pack=x#0123456789012345678901234567890123456789' 'https://x/$(y)#0123456789012345678901234567890123456789'; do
		try init --ci github --source "$source"
		fails 2 'benchgate: --source takes *'
		[ -z "$(ls)" ]
	done
	for system in '' --ci=none; do
		try init $system --source https://x/y#0123456789012345678901234567890123456789
		fails 2 'benchgate: --source is for the files of a CI system, and there are none: say which with --ci SYSTEM'
		[ -z "$(ls)" ]
	done
	# A placeholder of ours in it is not filled.
	init --ci gitlab --source https://x/@source@/@folder@#0123456789012345678901234567890123456789
	grep -qF "'https://x/@source@/@folder@#0123456789012345678901234567890123456789'" bench/benchgate-ci.sh
}

@test "a .gitlab-ci.yml that is there includes ours, if it is asked for" {
	printf 'stages: [test]\njob:\n  script: [x]' >.gitlab-ci.yml
	init
	[ "$(tail -n 1 .gitlab-ci.yml)" = '  script: [x]' ]
	init --ci gitlab
	[[ $output == *'changed .gitlab-ci.yml: it includes bench/gitlab.yml now'* ]]
	[ "$(cat .gitlab-ci.yml)" = $'stages: [test]\njob:\n  script: [x]\ninclude:\n  - local: bench/gitlab.yml' ]
	# A list is there: its style is kept.
	printf '# mine\ninclude: \n  # others\n- template: a.yml\n- local: b.yml\njob:\n  script: [x]\n' >.gitlab-ci.yml
	init --ci gitlab
	[ "$(cat .gitlab-ci.yml)" = $'# mine\ninclude: \n  # others\n- local: bench/gitlab.yml\n- template: a.yml\n- local: b.yml\njob:\n  script: [x]' ]
	# Other spellings are left to people.
	for text in 'include: a.yml' $'include:\n  local: a.yml' 'include: [a.yml]' 'include:' $'spec:\n---\njob:' '{job: {}}'; do
		printf '%s\n' "$text" >.gitlab-ci.yml
		init --ci gitlab
		[ "$(cat .gitlab-ci.yml)" = "$text" ]
		[[ $output == *'For GitLab CI: include bench/gitlab.yml in .gitlab-ci.yml.'* ]]
	done
}

@test "a Jenkinsfile that is there gets a last stage, if it is asked for" {
	local text
	printf 'pipeline {\n  agent any\n  stages {\n    stage("x") {\n      steps { sh "}" }\n    }\n  }\n  post { always { x } }\n}\n' >Jenkinsfile
	init --ci jenkins
	[ "$(sed -n 7,11p Jenkinsfile)" = $'  \tstage(\'benchgate\') {\n  \t\twhen { changeRequest() }\n  \t\tsteps { script { load \'bench/benchgate.groovy\' } }\n  \t}\n  }' ]
	[ "$(wc -l <Jenkinsfile)" -eq 13 ]
	init --ci jenkins
	[ "$(grep -c benchgate.groovy Jenkinsfile)" -eq 1 ]
	for text in $'node {\n  sh "x"\n}' $'pipeline { stages { stage("x") {} } }'; do
		printf '%s\n' "$text" >Jenkinsfile
		init --ci jenkins
		[ "$(cat Jenkinsfile)" = "$text" ]
		[[ $output == *'For Jenkins: load bench/benchgate.groovy in a stage'* ]]
	done
}

@test "other systems' files that are there stay, and what to do is said" {
	touch azure-pipelines.yml bitbucket-pipelines.yml .woodpecker.yml
	mkdir .circleci
	touch .circleci/config.yml
	init
	for title in 'Azure Pipelines' CircleCI 'Bitbucket Pipelines' 'Woodpecker CI (of Forgejo, Gitea and Codeberg)'; do
		[[ $output == *"For $title: let a job of "* ]]
	done
	# Woodpecker would no longer read the file where it has a folder.
	[ ! -e .woodpecker ]
	[ ! -s azure-pipelines.yml ]
}
