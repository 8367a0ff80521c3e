package dev.talaria.launcher.presence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done with the run directories of a home that was copied: they are those of the launcher that it was copied from. */
public final class CopiedHome {
  private static final Logger log = LoggerFactory.getLogger(CopiedHome.class);

  private CopiedHome() {}

  /**
   * Puts run directories aside. Taken up, they would be reported as ended here while their workers are at work there.
   *
   * @param runs where they are
   * @param incarnation of this start, for a name that is free
   */
  public static void setAside(Path runs, long incarnation) throws IOException {
    if (Files.exists(runs)) {
      Path aside = runs.resolveSibling(runs.getFileName() + ".copied-" + incarnation);
      Files.move(runs, aside);
      log.warn(
          "This home was copied from another launcher's; the run directories of that one were put aside as '{}'. Remove them when nothing of them is wanted.",
          aside);
    }
  }
}
