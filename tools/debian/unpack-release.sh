#!/bin/sh
# Unpacks packages of another release of Debian, with all they need, into a folder of their own: nothing is installed, and no
# setting of apt is touched. Usage: unpack-release.sh RELEASE DIRECTORY PACKAGE …; the files are in DIRECTORY/tree, and
# DIRECTORY/run/TOOL runs a tool of them with their own libraries.
set -eu
release=$1 work=$2
shift 2
# shellcheck disable=SC2016 # apt's own field
mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | sort -u | head -n 1)
tree=$work/tree
mkdir -p "$work/lists/partial" "$work/archives/partial" "$tree" "$work/run"
echo "deb $mirror $release main" >"$work/sources.list"
: >"$work/status"
for step in 'update' "install --download-only --no-install-recommends -y $*"; do
  # shellcheck disable=SC2086 # words
  apt-get -qq -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/nonexistent \
    -o Dir::State::lists="$work/lists" -o Dir::State::status="$work/status" -o Dir::Cache="$work" \
    -o Dir::Cache::archives="$work/archives" -o APT::Sandbox::User=root $step >/dev/null
done
for package in "$work"/archives/*.deb; do dpkg -x "$package" "$tree"; done

libraries=$(find "$tree" -type d \( -name "$(uname -m)-linux-gnu" -path '*lib*' -o -path '*llvm*/lib' \) | tr '\n' ':')
loader=$(find "$tree" -name 'ld-linux*.so.*' | head -n 1)
for path in "$tree"/usr/bin/* "$tree"/bin/* "$tree"/usr/sbin/* "$tree"/sbin/*; do
  [ -f "$path" ] && [ -x "$path" ] || continue
  printf '#!/bin/sh\nexec "%s" --library-path "%s" "%s" "$@"\n' "$loader" "$libraries" "$path" >"$work/run/${path##*/}"
  chmod +x "$work/run/${path##*/}"
done
