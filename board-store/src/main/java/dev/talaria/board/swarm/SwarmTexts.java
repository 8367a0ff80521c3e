package dev.talaria.board.swarm;

/** What the cards of a swarm say. Each ends with how its blackboard is used, which names the root. */
final class SwarmTexts {
  private static final String PROTOCOL = """


      ## Working in this swarm

      The swarm's blackboard is task {root}: comments there that begin with [swarm:blackboard] hold a JSON object with a
      key and a value, and the newest value of a key counts.
      - Before you start, read it: `talaria blackboard {root}`, or the comments of {root}.
      - Share what others need as soon as you know it: `talaria blackboard {root} KEY JSON`, or a comment on {root} of
        that form. Use keys of your own; leave `topology` alone.
      - Hand over your result as the summary of your own task.""";

  private static final String WORKER = """
      Your part of a swarm: {title}

      ## Goal of the whole swarm

      {goal}""";
  private static final String VERIFIER = """
      Check what the workers of this swarm did against its goal: their summaries are the results of the parent
      tasks, their findings on the blackboard. Say in your summary what holds, what does not, and what is missing. Block
      this task, with the reason, if the result cannot be used.

      ## Goal of the whole swarm

      {goal}""";
  private static final String SYNTHESIZER = """
      Make one result of what this swarm found, for the person who asked: use what the verifier confirmed, leave out
      what it refuted, and say what stays open.

      ## Goal of the whole swarm

      {goal}""";

  private SwarmTexts() {}

  static String protocol(String rootId) {
    return PROTOCOL.replace("{root}", rootId);
  }

  static String worker(String goal, String title, String rootId) {
    return WORKER.replace("{title}", title).replace("{goal}", goal) + protocol(rootId);
  }

  static String verifier(String goal, String rootId) {
    return VERIFIER.replace("{goal}", goal) + protocol(rootId);
  }

  static String synthesizer(String goal, String rootId) {
    return SYNTHESIZER.replace("{goal}", goal) + protocol(rootId);
  }
}
