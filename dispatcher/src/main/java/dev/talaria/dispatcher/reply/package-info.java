/** Answers to launchers, in parts where they are large. */
@NullMarked
package dev.talaria.dispatcher.reply;

import org.jspecify.annotations.NullMarked;
