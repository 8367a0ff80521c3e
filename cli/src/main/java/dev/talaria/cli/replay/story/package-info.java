/** What became of a task and why, as a model: nothing here reads a topic or writes a page. */
@NullMarked
package dev.talaria.cli.replay.story;

import org.jspecify.annotations.NullMarked;
