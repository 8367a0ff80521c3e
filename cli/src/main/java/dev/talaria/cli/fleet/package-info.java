/** The fleet's tasks as the topology counts them: read from Kafka, shown as tables. */
@NullMarked
package dev.talaria.cli.fleet;

import org.jspecify.annotations.NullMarked;
