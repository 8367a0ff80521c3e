/** Runs services: everything of a host in one process, or one of them. */
@NullMarked
package dev.talaria.cli.run;

import org.jspecify.annotations.NullMarked;
