# shellcheck shell=bash
# The services, those that are installed without being asked for by name, and the programs of a release. Part of deploy/install.
# Generated from libs/service-config/src/services.ts: npx nx run docs:generate

readonly ALL_SERVICES=(allocation-target governor annotator brain rollout console)
readonly DEFAULT_SERVICES=(allocation-target governor)
readonly APPS=(allocation-target governor-plugin permit-annotator efficiency-brain target-rollout console proof-runner quantumctl shadow-report)
