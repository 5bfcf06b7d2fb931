import{b as a}from"./chunks/chunk-47U2GODC.js";import"./chunks/chunk-YDEGBIDU.js";export{a as initialize};
