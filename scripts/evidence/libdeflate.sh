# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What scripts/evidence/library and scripts/evidence/layouts share: the sources of libdeflate as Debian has them, fetched
# with apt from this machine's own mirror to a temporary folder.
set -eu

die() { # TEXT...
	echo "$0: $*" >&2
	exit 1
}

benchgate=$(realpath "${BENCHGATE:-build/benchgate}")
[ -x "$benchgate" ] || die "there is no $benchgate"
cd "$(dirname "$0")/../.."
repository=$PWD
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Lists and keeps of its own: it needs no rights, and changes nothing of the machine's.
apt() { # ARGUMENT...
	apt-get -qq -o Dir::Etc::SourceList="$folder/sources.list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::State="$folder/state" -o Dir::Cache="$folder/cache" -o APT::Sandbox::User=root "$@"
}

mirror() {
	# shellcheck disable=SC2016  # the fields are apt's
	apt-get indextargets --format '$(ORIGIN) $(LABEL) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
		awk '$1 " " $2 " " $3 == "Debian Debian main" { print $4; exit }'
}

# To $folder/libdeflate_*.orig.tar.gz
fetch() { # RELEASE...
	from=$(mirror)
	[ -n "$from" ] || die "apt knows no mirror of Debian's; on Debian, apt-get update finds it"
	keys=/usr/share/keyrings/debian-archive-keyring.gpg
	for release in "$@"; do
		echo "deb-src [signed-by=$keys] $from $release main"
	done >"$folder/sources.list"
	mkdir -p "$folder/state/lists/partial" "$folder/cache/archives/partial"
	apt update || die "cannot read the lists of sources of $*"
	for release in "$@"; do
		(cd "$folder" && apt source --tar-only --download-only "libdeflate/$release") ||
			die "cannot fetch libdeflate's sources of $release"
	done
}

# The library's sources, and the suite that calls it. The text that it works on is the same everywhere.
unpack() { # FOLDER ARCHIVE
	mkdir -p "$folder/$1/library"
	tar -xf "$2" -C "$folder/$1/library" --strip-components=1
	cp "$repository/tests/support/suites/library.c" "$folder/$1"
	[ -e "$folder/text" ] || cp "$folder/$1/library/lib/deflate_compress.c" "$folder/text"
}

# In the folder where the source is: the same names and places, what the compiler says of them is no difference.
compile() { # ARGUMENT...
	${CC:-cc} -O2 -fPIC -Ilibrary -I"$repository/include" -DTEXT="\"$folder/text\"" "$@" || die "cannot compile $*"
}
