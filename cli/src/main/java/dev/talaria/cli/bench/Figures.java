package dev.talaria.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What a benchmark found. */
interface Figures {
  ObjectNode json();

  /** For people, a line each. */
  List<String> lines();
}
