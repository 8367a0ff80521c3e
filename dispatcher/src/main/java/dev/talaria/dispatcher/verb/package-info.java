/** Verbs of the command that were typed on other hosts. */
@NullMarked
package dev.talaria.dispatcher.verb;

import org.jspecify.annotations.NullMarked;
