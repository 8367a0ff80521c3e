package dev.talaria.cli.text;

import dev.talaria.cli.Terminal;
import java.util.ArrayList;
import java.util.List;

/** Aligned columns under headings. On a terminal the last column is cut to what is left of the width. */
public final class Table {
  private static final String GAP = "  ";
  private static final int NARROWEST_LAST = 10;

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();
  private final Terminal terminal;
  private int statusColumn = -1;

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
    int[] widths = widths();
    List<String> lines = new ArrayList<>();
    lines.add(line(headings, widths, true));
    rows.forEach(row -> lines.add(line(row, widths, false)));
    return lines;
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
        line.append(" ".repeat(widths[i] - Printable.width(cell))).append(GAP);
      }
      used += widths[i] + GAP.length();
    }
    return line.toString().stripTrailing();
  }
}
