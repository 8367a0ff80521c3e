/** Reads topics from the beginning, or from a moment on, to where they end: raw bytes, keys first, partitions in parallel. */
@NullMarked
package dev.talaria.cli.replay.topic;

import org.jspecify.annotations.NullMarked;
