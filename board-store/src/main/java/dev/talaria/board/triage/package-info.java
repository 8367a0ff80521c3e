/**
 * Turning rough ideas into work: the writes (contract 3.5), and the language model that proposes them (11.3), which is a
 * command of the operator's.
 */
@NullMarked
package dev.talaria.board.triage;

import org.jspecify.annotations.NullMarked;
