/** A story as one page of HTML that needs nothing else. */
@NullMarked
package dev.talaria.cli.replay.page;

import org.jspecify.annotations.NullMarked;
