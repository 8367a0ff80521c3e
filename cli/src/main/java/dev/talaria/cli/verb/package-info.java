/** The verbs on a local board, one class each. They load no Kafka, metrics or logging back end: a start stays short. */
@NullMarked
package dev.talaria.cli.verb;

import org.jspecify.annotations.NullMarked;
