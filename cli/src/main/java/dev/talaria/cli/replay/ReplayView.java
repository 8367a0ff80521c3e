package dev.talaria.cli.replay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.replay.page.StoryPage;
import dev.talaria.cli.replay.story.Story;
import dev.talaria.cli.replay.whatif.WhatIfTold;
import dev.talaria.cli.text.JsonOut;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a replay is shown.
 *
 * @param json as JSON and not for people
 * @param page where a page is written instead; absent for none
 */
record ReplayView(Session session, boolean json, @Nullable PageFile page) {
  /** Shows one of the two, and gives the exit code. */
  int show(Supplier<ObjectNode> object, Supplier<List<String>> lines) {
    if (json) {
      session.out().println(JsonOut.indented(object.get()));
    } else {
      lines.get().forEach(session.out()::println);
    }
    return Exit.DONE;
  }

  /**
   * Writes the story as a page, where one is wanted.
   *
   * @param asOf epoch seconds at which it is told to have stood; null for now
   */
  boolean paged(Story story, @Nullable Long asOf, @Nullable WhatIfTold told) {
    PageFile file = page;
    if (file != null) {
      file.write(new StoryPage(session.surroundings().zone()).html(story, asOf, told));
    }
    return file != null;
  }

  StoryText story() {
    return new StoryText(session.terminal(), session.surroundings().zone());
  }

  WhatIfText whatIf() {
    return new WhatIfText(session.terminal(), session.surroundings().zone());
  }
}
