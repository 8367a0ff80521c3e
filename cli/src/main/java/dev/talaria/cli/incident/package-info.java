/** Incidents as the topology tells of them: read from Kafka, closed on the board. */
@NullMarked
package dev.talaria.cli.incident;

import org.jspecify.annotations.NullMarked;
