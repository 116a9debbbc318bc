// One file, so that they are built once and do not run beside each other.
import './control-plane/api-server.cases.js';
import './control-plane/cluster.cases.js';
