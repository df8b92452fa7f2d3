# A network of two machines with a router between them, in network namespaces of
# this script's own: source it in `unshare -rn bash`. $A is 10.9.1.2, $B is
# 10.9.2.2; `cut` drops all between them silently, `mend` ends that.
shopt -s expand_aliases
trap 'echo "line $LINENO failed: $BASH_COMMAND" >&2' ERR
machine() { unshare -n sleep 1000 & }
machine; A=$!
machine; B=$!
trap 'kill $(jobs -p)' EXIT
on() { nsenter -t "$1" -n "${@:2}"; }
network_of() { readlink "/proc/$1/ns/net"; }
# Quoted: in a pattern the brackets of net:[1] are a set.
until [[ $(network_of $A) != "$(network_of self)" &&
  $(network_of $B) != "$(network_of self)" ]]; do
  sleep 0.01
done
attach() { # MACHINE DEVICE SUBNET
  ip link add "$2" type veth peer name eth0 netns "$1"
  ip addr add "$3.1/24" dev "$2"
  ip link set "$2" up
  on "$1" ip addr add "$3.2/24" dev eth0
  on "$1" ip link set eth0 up
  on "$1" ip link set lo up
  on "$1" ip route add default via "$3.1"
}
attach $A to_a 10.9.1
attach $B to_b 10.9.2
cut() { echo 0 >/proc/sys/net/ipv4/ip_forward; }
mend() { echo 1 >/proc/sys/net/ipv4/ip_forward; }
mend
