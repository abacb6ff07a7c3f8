# For a script that says how new a Node it wants in NODE_MAJOR, and ends by its function `fail`. Where the one on the PATH
# is older, one comes as a package, for Linux.
find_node() {
  local candidate
  for candidate in node_modules/node-linux-*/bin/node "$(command -v node)"; do
    if [[ -x $candidate ]] && (($("$candidate" -p 'process.versions.node.split(".")[0]') >= NODE_MAJOR)); then
      echo "$candidate"
      return
    fi
  done
  fail "Node $NODE_MAJOR or later is needed."
}
