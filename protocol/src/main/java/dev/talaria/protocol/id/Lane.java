package dev.talaria.protocol.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A profile that launchers serve; a task's assignee when it has the form of a profile id. Other assignees are never
 * offered, because a lane's name becomes a topic's name.
 */
public record Lane(String name) implements Comparable<Lane> {
  public Lane {
    Names.check("lane (profile id)", name, Names.SLUG);
  }

  @JsonCreator
  public static Lane of(String name) {
    return new Lane(name);
  }

  /** Whether an assignee can be a lane at all. */
  public static boolean isLane(String assignee) {
    return Names.SLUG.matcher(assignee).matches();
  }

  @Override
  public int compareTo(Lane other) {
    return name.compareTo(other.name);
  }

  @Override
  @JsonValue
  public String toString() {
    return name;
  }
}
