package dev.talaria.board;

/** What is done inside one transaction or savepoint. Throwing undoes all of it. */
@FunctionalInterface
public interface Work<T> {
  T in(Tx tx);
}
