#!/usr/bin/env bash
# Installs a .deb on a bare Debian 12 and tries it there, as root: packaging/bare_debian.sh dist/cpu/cardlight_*.deb
# Needs debootstrap, and what the smoke test needs. The window shows on a display outside of the bare system. MIRROR names
# another mirror than debootstrap's own; ROOT another folder than a temporary one, which is kept.
set -euo pipefail
package=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
root=${ROOT:-$(mktemp -d)}

leave() {
    for place in dev proc; do
        if mountpoint -q "$root/$place"; then umount "$root/$place"; fi
    done
    if [ -z "${ROOT:-}" ]; then rm -rf --one-file-system "$root"; fi
}
trap leave EXIT

if [ ! -x "$root/usr/bin/apt-get" ]; then
    debootstrap --variant=minbase bookworm "$root" ${MIRROR:+"$MIRROR"}
fi
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
mountpoint -q "$root/dev" || mount --bind /dev "$root/dev"
if [ -x "$root/usr/bin/python3" ]; then
    echo "The system is not bare: it has a Python" >&2
    exit 1
fi
cp "$package" "$root/tmp/cardlight.deb"
in_root() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8 chroot "$root" "$@"; }
in_root apt-get update -q
in_root apt-get install -q -y --no-install-recommends /tmp/cardlight.deb
in_root sh -c 'cd /root && cardlight doctor'
python3 "$here/smoke_test.py" "$root/usr/lib/cardlight" --root "$root"
in_root apt-get purge -q -y cardlight
if [ -e "$root/usr/lib/cardlight" ] || [ -e "$root/usr/bin/cardlight" ]; then
    echo "Removing the package left files behind" >&2
    exit 1
fi
echo "Installed, tried and removed on Debian $(cat "$root/etc/debian_version")"
