export { annotatorWork, type AnnotatorParts } from './annotator-work.js';
