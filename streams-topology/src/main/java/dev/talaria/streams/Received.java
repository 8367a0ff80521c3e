package dev.talaria.streams;

import dev.talaria.protocol.message.Transition;

/**
 * A transition that could be read, between the nodes of the topology.
 *
 * @param transition what it says
 * @param raw the record's value, for the dead letter of a node that cannot make use of it
 */
record Received(Transition transition, byte[] raw) {}
