/** Replay: why a task gave up, as the topics tell it, and what another policy would have made of it. */
@NullMarked
package dev.talaria.cli.replay;

import org.jspecify.annotations.NullMarked;
