package dev.talaria.dispatcher.duty;

import dev.talaria.board.dispatch.Caps;
import dev.talaria.board.dispatch.Processes;
import dev.talaria.board.home.ScratchRemoval;
import dev.talaria.dispatcher.BoardFile;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * hermes's own settings of dispatching, and what a board's dispatcher may use of its host.
 *
 * @param caps how many tasks of a board may run at the same time
 * @param defaultAssignee of tasks without one; blank for none
 * @param profileExists whether a profile is known on this host, whether a launcher serves it or not
 * @param crashGraceSeconds for how long after its start a run is not looked at
 * @param staleTimeoutSeconds after which a silent run is taken back; 0 for never
 * @param processes the workers of a board on this host
 * @param scratch removes workspaces of completed tasks
 */
public record DutySettings(
    Caps caps,
    String defaultAssignee,
    Predicate<String> profileExists,
    long crashGraceSeconds,
    long staleTimeoutSeconds,
    Function<BoardFile, Processes> processes,
    ScratchRemoval scratch) {}
