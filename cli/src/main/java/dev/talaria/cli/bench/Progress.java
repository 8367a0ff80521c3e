package dev.talaria.cli.bench;

import dev.talaria.cli.Session;

/** What is being done, for a person who waits; silent where none does. */
final class Progress {
  private final Session session;

  Progress(Session session) {
    this.session = session;
  }

  void say(String what) {
    if (session.terminal().interactive()) {
      session.err().println(what + " ...");
      session.err().flush();
    }
  }
}
