/** What a host reaches: whole tasks per second, the time to a worker's start, and what a board file takes. */
@NullMarked
package dev.talaria.cli.bench;

import org.jspecify.annotations.NullMarked;
