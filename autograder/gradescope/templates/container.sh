#!/bin/sh
# A container for one trial, in namespaces of its own: nothing that is mounted or started here outlives this script.
# It is process 1 in there. Arguments: the folder with what goes in and comes out, the root folder (empty: this machine's
# own, with all changes kept in memory), the digest of the zip, the seconds that grading may take.
set -eu
stage=$1 root=$2 digest=$3 seconds=$4

if [ -z "$root" ]; then
    mount -t tmpfs -o mode=755 tmpfs "$stage/mount"
    mkdir "$stage/mount/upper" "$stage/mount/work" "$stage/mount/root"
    root=$stage/mount/root
    mount -t overlay -o "lowerdir=/,upperdir=$stage/mount/upper,workdir=$stage/mount/work" overlay "$root"
    rm -rf "$root/autograder" "$root/opt/async-autograder"
    rm -f "$root/etc/resolv.conf"
    mkdir -p "$root/tmp" "$root/run"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
fi
[ -e "$root/etc/resolv.conf" ] || cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || :
mkdir -p "$root/proc" "$root/dev" "$root/tmp"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"

box=$root/autograder
if [ "$(cat "$box/.built" 2>/dev/null || :)" != "$digest" ]; then
    rm -rf "$box"
    mkdir "$box"
    cp -R "$stage/source" "$box/source"
    cp "$box/source/run_autograder" "$box/run_autograder"
    chmod 755 "$box/run_autograder"
    echo setup >"$stage/reached"
    xargs -0 env -i PATH="$PATH" chroot "$root" /usr/bin/env -i -C /autograder/source <"$stage/setup.command" >"$stage/setup.log" 2>&1
    echo "$digest" >"$box/.built"
fi

# What Gradescope's harness does before each run, and the run itself, without a network.
rm -rf "$box/submission" "$box/results" "$box/submission_metadata.json"
cp -R "$stage/submission" "$box/submission"
cp "$stage/submission_metadata.json" "$box/submission_metadata.json"
mkdir "$box/results"
chmod 755 "$box/submission" "$box/results"
chmod 644 "$box/submission_metadata.json"
cp "$box/run_autograder" "$stage/run_before"
echo run >"$stage/reached"
code=0
unshare --net timeout --kill-after=1 "$seconds" env -i PATH="$PATH" chroot "$root" /usr/bin/env -i -C /autograder \
    HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    /autograder/run_autograder >"$stage/out/stdout" 2>&1 </dev/null || code=$?
echo "$code" >"$stage/out/exit"

# The kernel needs a moment to bury the dead; whoever is found here after that was left behind.
for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    : >"$stage/out/left"
    for each in /proc/[0-9]*; do
        if [ "$each" != /proc/1 ] && read -r line 2>/dev/null <"$each/stat"; then
            case $line in *') Z '*) ;; *) echo "${line%%)*})" >>"$stage/out/left" ;; esac
        fi
    done
    [ -s "$stage/out/left" ] || break
    sleep 0.1
done
cmp -s "$box/run_autograder" "$stage/run_before" || echo "run_autograder was changed" >>"$stage/out/changed"
if [ -f "$box/results/results.json" ] && [ ! -h "$box/results/results.json" ]; then
    cp "$box/results/results.json" "$stage/out/results.json"
fi
echo done >"$stage/reached"
