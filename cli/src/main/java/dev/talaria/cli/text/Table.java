package dev.talaria.cli.text;

import dev.talaria.cli.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Aligned columns under headings. On a terminal the last column is cut to what is left of the width. */
public final class Table {
  private static final String GAP = "  ";
  private static final int NARROWEST_LAST = 10;

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();
  private final Terminal terminal;
  private int statusColumn = -1;
  private int @Nullable [] widths;

  public Table(Terminal terminal, String... headings) {
    this.terminal = terminal;
    this.headings = List.of(headings);
  }

  /** Colours this column as a status. */
  public Table withStatusIn(int column) {
    statusColumn = column;
    return this;
  }

  /** Adds a row; control characters in it are made visible. */
  public void row(String... cells) {
    List<String> row = new ArrayList<>();
    for (String cell : cells) {
      row.add(Printable.line(cell));
    }
    rows.add(row);
  }

  /** The lines, headings first. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    drain(lines::add);
    return lines;
  }

  /**
   * Gives the lines that have come since the last time, and forgets them; the first time with the headings. The widths stay
   * as the first lines made them.
   */
  public void drain(Consumer<String> out) {
    int[] known = widths;
    if (known == null) {
      known = widths();
      widths = known;
      out.accept(line(headings, known, true));
    }
    for (List<String> row : rows) {
      out.accept(line(row, known, false));
    }
    rows.clear();
  }

  private int[] widths() {
    int[] widths = new int[headings.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Printable.width(headings.get(i));
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], Printable.width(row.get(i)));
      }
    }
    return widths;
  }

  private String line(List<String> cells, int[] widths, boolean heading) {
    StringBuilder line = new StringBuilder();
    int used = 0;
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      boolean last = i == cells.size() - 1;
      if (last && terminal.interactive()) {
        cell = Printable.cut(cell, Math.max(NARROWEST_LAST, terminal.width() - used));
      }
      String shown = i == statusColumn && !heading ? Colours.status(terminal, cell) : cell;
      line.append(shown);
      if (!last) {
        line.append(" ".repeat(Math.max(0, widths[i] - Printable.width(cell)))).append(GAP);
      }
      used += widths[i] + GAP.length();
    }
    return line.toString().stripTrailing();
  }
}
