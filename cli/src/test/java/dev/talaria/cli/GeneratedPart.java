package dev.talaria.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The one part of a page in docs/ that a test class makes; the rest of the page is written by hand. */
public final class GeneratedPart {
  private static final String END = "<!-- end -->";

  private final Path page;
  private final String begin;

  /**
   * @param page its file's name in docs/
   * @param madeFrom what the mark at its beginning says: from what, and by which class
   */
  public GeneratedPart(String page, String madeFrom) {
    this.page = Path.of("..", "docs", page);
    this.begin = "<!-- begin: " + madeFrom + " -->";
  }

  /** The page, as seen from this module's folder. */
  public Path page() {
    return page;
  }

  /** The page's text with this part made anew. */
  public String in(String text, String part) {
    int from = text.indexOf(begin);
    int to = text.indexOf(END);
    if (from < 0 || to < from) {
      throw new IllegalStateException(
          "docs/%s has lost its marks '%s' and '%s'.".formatted(page.getFileName(), begin, END));
    }
    return text.substring(0, from) + begin + "\n\n" + part.strip() + "\n\n" + text.substring(to);
  }

  /** Brings the page up to date, or the file that the first argument names. */
  public void write(String[] args, String part) throws IOException {
    Path file = args.length > 0 ? Path.of(args[0]) : page;
    Files.writeString(file, in(Files.readString(file), part));
  }
}
