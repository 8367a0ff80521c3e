package dev.talaria.board.triage;

/** A language model that turns rough ideas into work. Never throws for what can be expected of it. */
@FunctionalInterface
public interface TriageModel {
  /** What came of asking. */
  sealed interface Answer {}

  /** It answered; whether the answer can be used is for the reader to see. */
  record Said(String text) implements Answer {}

  /** It could not be asked, or did not answer; says why, for an operator. */
  record Silent(String reason) implements Answer {}

  /** Asks and waits for the answer, at most as long as the request says. */
  Answer ask(TriageRequest request);

  /** A model that is not there. */
  static TriageModel none(String howToGetOne) {
    return request -> new Silent("no auxiliary client: " + howToGetOne);
  }
}
