#include "replayer/command/verbs.h"
int main(int argc, char** argv) {
  using namespace trapline::command;
  return Run({ImportVerb(), ExportVerb(), ReplayVerb()}, argc, argv);
}
