package dev.talaria.cli.remote;

import java.io.IOException;
import java.io.Writer;

/** Text in memory, as much of it as there is room for; whoever writes more is told that nobody reads. */
final class BoundedText extends Writer {
  private final StringBuilder text = new StringBuilder();
  private final Room room;

  BoundedText(Room room) {
    this.room = room;
  }

  /** What several texts share. One thread. */
  static final class Room {
    private int left;
    private boolean full;

    Room(int characters) {
      this.left = characters;
    }

    boolean isFull() {
      return full;
    }

    private int take(int wanted) {
      int taken = Math.min(wanted, left);
      left -= taken;
      full |= taken < wanted;
      return taken;
    }
  }

  @Override
  public void write(char[] characters, int from, int length) throws IOException {
    int taken = room.take(length);
    text.append(characters, from, taken);
    if (taken < length) {
      throw new IOException("no room for more");
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}

  @Override
  public String toString() {
    return text.toString();
  }
}
