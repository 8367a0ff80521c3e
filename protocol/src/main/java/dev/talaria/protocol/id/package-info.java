/** Who and what: validated names for hosts, boards, tasks, runs, lanes and launchers. */
@NullMarked
package dev.talaria.protocol.id;

import org.jspecify.annotations.NullMarked;
