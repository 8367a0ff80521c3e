package dev.talaria.cli.text;

import dev.talaria.cli.Terminal;
import java.util.ArrayList;
import java.util.List;

/** Paragraphs within the width of a terminal; elsewhere each stays on one line, for programs that search it. */
public final class Wrapped {
  private static final int WIDEST = 100;

  private final Terminal terminal;

  public Wrapped(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The lines of a text; the first begins with {@code first}, all others are indented as far as that is wide. */
  public List<String> lines(String first, String text) {
    List<String> lines = new ArrayList<>();
    String indent = " ".repeat(Printable.width(first));
    int width = terminal.interactive() ? Math.min(WIDEST, terminal.width()) : Integer.MAX_VALUE;
    StringBuilder line = new StringBuilder(first);
    boolean empty = true;
    for (String word : Printable.line(text).split(" ", -1)) {
      if (!empty && Printable.width(line.toString()) + 1 + Printable.width(word) > width) {
        lines.add(line.toString());
        line = new StringBuilder(indent);
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
      empty = false;
    }
    lines.add(line.toString().stripTrailing());
    return lines;
  }
}
