/** The history of tasks as the topics have it: one lineage, each event once, in order. */
@NullMarked
package dev.talaria.cli.replay.trail;

import org.jspecify.annotations.NullMarked;
