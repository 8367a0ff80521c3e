package dev.talaria.cli;

/**
 * A verb that goes on with a board after its first answer. The dispatcher of another host does not go on for it: the verb
 * runs on the asking host, asks that dispatcher where it must, and reads what the board publishes.
 */
public interface Follower {
  /** As when it is typed on the board's own host; says the exit code. */
  int follow(FarBoard board);

  /** Whether it asks the board's dispatcher, which then has to live; else one that is silent for now is waited for. */
  default boolean asks() {
    return true;
  }

  /** Whether what it asks for changes the board, so that it may be asked for again by the id of an earlier command. */
  default boolean changes() {
    return false;
  }
}
