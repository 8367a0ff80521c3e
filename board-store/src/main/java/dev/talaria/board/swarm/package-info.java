/** Graphs of workers, a verifier and a synthesizer on one goal, and the blackboard that they share (contract 11.2). */
@NullMarked
package dev.talaria.board.swarm;

import org.jspecify.annotations.NullMarked;
