/** Whether a board, what Kafka has of it and what the topology remembers agree. */
@NullMarked
package dev.talaria.cli.verify;

import org.jspecify.annotations.NullMarked;
