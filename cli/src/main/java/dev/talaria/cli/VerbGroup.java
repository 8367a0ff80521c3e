package dev.talaria.cli;

import java.util.List;

/** A verb with verbs of its own, as in {@code talaria boards list}. */
public interface VerbGroup {
  /** One of them, with the other names that it goes by. */
  record Member(String verb, String description, Object command, List<String> aliases) {}

  List<Member> members();
}
